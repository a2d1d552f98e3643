package deepspeech.kubernetes;

import deepspeech.messages.topic.KafkaRight;
import deepspeech.messages.topic.KafkaRights;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The rights of {@link KafkaRights} as a {@code KafkaUser} has them. A right is the kind of a
 * resource, its name (with {@code *} for all that begin so) and an operation by Strimzi's name.
 */
final class ExpectedRights {
  private ExpectedRights() {}

  /** The rights of each user. */
  static Map<String, Set<String>> all() {
    return Arrays.stream(KafkaRights.Client.values())
        .collect(
            Collectors.toMap(
                ExpectedRights::user, ExpectedRights::of, (one, other) -> one, TreeMap::new));
  }

  private static String user(KafkaRights.Client client) {
    return client == KafkaRights.Client.AUTOSCALER
        ? "deepspeech-keda"
        : "deepspeech-" + client.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Set<String> of(KafkaRights.Client client) {
    return KafkaRights.of(client).stream()
        .flatMap(
            right ->
                right.operations().stream()
                    .map(operation -> "%s %s".formatted(resource(right), camelCase(operation))))
        .collect(Collectors.toSet());
  }

  private static String resource(KafkaRight right) {
    return "%s %s%s"
        .formatted(
            right.resource().name().toLowerCase(Locale.ROOT),
            right.name(),
            right.prefixed() ? "*" : "");
  }

  private static String camelCase(KafkaRight.Operation operation) {
    return Arrays.stream(operation.name().split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
