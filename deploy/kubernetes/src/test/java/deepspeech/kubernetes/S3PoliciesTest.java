package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import deepspeech.messages.store.S3Right;
import deepspeech.messages.store.S3Right.Action;
import deepspeech.messages.store.S3Right.Place;
import deepspeech.messages.store.S3Rights;
import deepspeech.messages.topic.KafkaRights.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The access policies for the S3 store, and what they allow. */
class S3PoliciesTest {
  private static final Path POLICIES = Path.of("policies");
  private static final String ARN = "arn:aws:s3:::";
  private static final Map<Place, String> BUCKETS =
      Map.of(Place.CHECKPOINTS, "deepspeech", Place.DATA, "speech-data");

  @Test
  void eachPolicyAllowsWhatItsClientNeedsAndNothingElse() throws IOException {
    // Given
    Map<String, Set<String>> expected =
        Arrays.stream(Client.values())
            .filter(client -> !S3Rights.of(client).isEmpty())
            .collect(
                Collectors.toMap(
                    client -> client.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json",
                    client ->
                        S3Rights.of(client).stream()
                            .map(S3PoliciesTest::inWords)
                            .collect(Collectors.toSet())));

    // When
    Map<String, Set<String>> allowed = new TreeMap<>();
    try (Stream<Path> files = Files.list(POLICIES)) {
      for (Path file : files.toList()) {
        allowed.put(file.getFileName().toString(), allowed(file));
      }
    }

    // Then
    assertThat(allowed).containsExactlyInAnyOrderEntriesOf(expected);
  }

  @Test
  void policiesHaveOnlyElementsThatThisTestUnderstands() throws IOException {
    try (Stream<Path> files = Files.list(POLICIES)) {
      for (Path file : files.toList()) {
        // When
        JsonNode policy = read(file);

        // Then
        assertThat(names(policy)).containsExactlyInAnyOrder("Version", "Statement");
        assertThat(policy.path("Version").asText()).isEqualTo("2012-10-17");
        Set<String> ids = new TreeSet<>();
        for (JsonNode statement : policy.path("Statement")) {
          assertThat(names(statement))
              .contains("Sid", "Effect", "Action", "Resource")
              .isSubsetOf("Sid", "Effect", "Action", "Resource", "Condition");
          assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
          assertThat(ids.add(statement.path("Sid").asText())).as("%s", statement).isTrue();
          assertThat(statement.path("Sid").asText()).matches("[A-Za-z0-9]+");
        }
      }
    }
  }

  @Test
  void theBucketOfTheCheckpointsIsThatOfTheManifests() {
    assertThat(Kustomization.overlay("production").all())
        .filteredOn(resource -> resource.kind().equals("ConfigMap"))
        .anySatisfy(
            values ->
                assertThat(values.at("/data/DEEPSPEECH_S3_BUCKET").asText())
                    .isEqualTo(BUCKETS.get(Place.CHECKPOINTS)));
  }

  /** Each allowed action with its bucket and the pattern of the keys or prefixes. */
  private static Set<String> allowed(Path file) throws IOException {
    Set<String> allowed = new TreeSet<>();
    for (JsonNode statement : read(file).path("Statement")) {
      for (String action : texts(statement.path("Action"))) {
        for (String resource : texts(statement.path("Resource"))) {
          assertThat(resource).startsWith(ARN);
          for (String right :
              allowed(action, resource.substring(ARN.length()), statement.path("Condition"))) {
            assertThat(allowed.add(right)).as("%s: %s", file, right).isTrue();
          }
        }
      }
    }
    return allowed;
  }

  private static List<String> allowed(String action, String resource, JsonNode condition) {
    boolean ofBucket =
        Arrays.stream(Action.values())
            .anyMatch(each -> each.isOfBucket() && each.policyName().equals(action));
    int slash = resource.indexOf('/');
    assertThat(slash < 0).as("%s on %s", action, resource).isEqualTo(ofBucket);
    if (!ofBucket) {
      assertThat(condition.isMissingNode()).as("condition of %s", action).isTrue();
      return List.of(inWords(action, resource.substring(0, slash), resource.substring(slash + 1)));
    }
    if (condition.isMissingNode()) {
      return List.of(inWords(action, resource, "*"));
    }
    // Listing uploads has no such condition in AWS, and would never be allowed.
    assertThat(action).isEqualTo(Action.LIST_BUCKET.policyName());
    assertThat(names(condition)).containsExactly("StringLike");
    assertThat(names(condition.path("StringLike"))).containsExactly("s3:prefix");
    return texts(condition.at("/StringLike/s3:prefix")).stream()
        .map(prefix -> inWords(action, resource, prefix))
        .toList();
  }

  private static String inWords(S3Right right) {
    return inWords(right.action().policyName(), BUCKETS.get(right.place()), right.keys());
  }

  private static String inWords(String action, String bucket, String keys) {
    return "%s in %s: %s".formatted(action, bucket, keys);
  }

  private static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> texts(JsonNode array) {
    assertThat(array.isArray() && !array.isEmpty()).as("%s", array).isTrue();
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
