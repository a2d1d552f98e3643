package deepspeech.kubernetes;

import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rights of docs/operations.md, as they are where an operator owns the shared topics. A right
 * is the kind of a resource, its name (with {@code *} for all that begin so) and an operation by
 * Strimzi's name.
 */
final class ExpectedRights {
  private static final String FEATURES = "topic deepspeech.features.*";

  private static final Set<String> SHARED =
      Topics.shared().stream().map(TopicDefinition::name).collect(Collectors.toSet());

  private final Set<String> rights = new TreeSet<>();

  private ExpectedRights() {}

  /** The rights of each user. */
  static Map<String, Set<String>> all() {
    Map<String, Set<String>> all = new TreeMap<>();
    all.put(
        "deepspeech-trainer",
        new ExpectedRights()
            .comparesTopics()
            .topics(
                "Read",
                Topics.COMMANDS,
                Topics.RUNS,
                Topics.CHECKPOINTS,
                Topics.EVALUATIONS,
                Topics.METRICS,
                Topics.DEAD_LETTERS,
                Topics.TRAINERS)
            .topics(
                "Write",
                Topics.RUNS,
                Topics.CHECKPOINTS,
                Topics.METRICS,
                Topics.DEAD_LETTERS,
                Topics.BATCH_REQUESTS,
                Topics.TRAINERS)
            .on(FEATURES, "Create", "Read", "Delete")
            .on("group trainer", "Read")
            .on("group data-prep", "Describe")
            .on("group evaluator", "Describe")
            .plain());
    all.put(
        "deepspeech-evaluator",
        new ExpectedRights()
            .comparesTopics()
            .topics(
                "Read",
                Topics.CHECKPOINTS,
                Topics.RUNS,
                Topics.EVALUATIONS,
                Topics.METRICS,
                Topics.DEAD_LETTERS)
            .topics(
                "Write",
                Topics.EVALUATIONS,
                Topics.METRICS,
                Topics.DEAD_LETTERS,
                Topics.BATCH_REQUESTS)
            .on(FEATURES, "Create", "Read", "Delete")
            .on("group evaluator", "Read")
            .plain());
    all.put(
        "deepspeech-data-prep",
        new ExpectedRights()
            .comparesTopics()
            .topics("Read", Topics.BATCH_REQUESTS, Topics.DEAD_LETTERS)
            .topics("Write", Topics.DEAD_LETTERS)
            .topics("Alter", Topics.BATCH_REQUESTS)
            .on(FEATURES, "Write")
            .on("group data-prep", "Read")
            .plain());
    all.put("deepspeech-dashboard", client().topics("Describe", SHARED).plain());
    all.put("deepspeech-command-line", client().plain());
    all.put(
        "deepspeech-keda",
        new ExpectedRights()
            .topics("Describe", Topics.BATCH_REQUESTS)
            .on("group data-prep", "Describe")
            .plain());
    return all;
  }

  /** What people see and command with. */
  private static ExpectedRights client() {
    return new ExpectedRights()
        .topics(
            "Read",
            Topics.RUNS,
            Topics.METRICS,
            Topics.CHECKPOINTS,
            Topics.EVALUATIONS,
            Topics.DEAD_LETTERS)
        .topics("Write", Topics.COMMANDS);
  }

  private ExpectedRights comparesTopics() {
    return topics("Describe", SHARED).topics("DescribeConfigs", SHARED);
  }

  private ExpectedRights topics(String operation, String... names) {
    return topics(operation, Arrays.asList(names));
  }

  private ExpectedRights topics(String operation, Iterable<String> names) {
    names.forEach(name -> on("topic " + name, operation));
    return this;
  }

  private ExpectedRights on(String resource, String... operations) {
    List.of(operations).forEach(operation -> rights.add(resource + " " + operation));
    return this;
  }

  /** Without those that another right on the same resource includes. */
  private Set<String> plain() {
    Set<String> plain = new TreeSet<>(rights);
    plain.removeIf(
        right ->
            right.endsWith(" Describe")
                && rights.stream()
                    .anyMatch(
                        other ->
                            other.startsWith(right.substring(0, right.lastIndexOf(' ') + 1))
                                && !other.contains(" Describe")));
    return plain;
  }
}
