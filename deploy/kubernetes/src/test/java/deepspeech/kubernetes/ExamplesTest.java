package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run and a command as resources, beside the production overlay. */
class ExamplesTest {
  static Stream<RenderedResources> examples() {
    return Kustomization.examples();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void allReadersThatKnowItsKindAcceptEachResource(RenderedResources example) {
    assertThat(example.all())
        .allSatisfy(
            resource -> assertThat(StrictReader.problems(resource)).as("%s", resource).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void aJobSignsInAsTheServicesOfTheProductionOverlayDo(RenderedResources example) {
    // Given
    RenderedResources production = Kustomization.overlay("production");
    Map<String, String> services = production.environment(production.services().get(0));

    // When
    Map<String, String> environment = example.environment(example.workloads().get(0));

    // Then
    assertThat(environment.remove("KAFKA_SASL_JAAS_CONFIG"))
        .isEqualTo(
            production.get("KafkaUser", "deepspeech-command-line").name() + "/sasl.jaas.config");
    assertThat(environment).hasSizeGreaterThan(4);
    assertThat(services).containsAllEntriesOf(environment);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void aJobReachesNamesAndBrokersAndTheCommandLineTheStoreToo(RenderedResources example) {
    // Given
    NetworkRules rules =
        new NetworkRules(Kustomization.overlay("production").ofKind("NetworkPolicy"));

    // When
    NetworkPod pod = new NetworkPod(Map.of(), example.workloads().get(0).podLabels(), Map.of());

    // Then
    assertThat(rules.mayLeave(pod, NetworkPoliciesTest.NAMES, 53)).isTrue();
    assertThat(rules.mayLeave(pod, NetworkPoliciesTest.BROKER, 9093)).isTrue();
    assertThat(rules.mayLeave(pod, NetworkPoliciesTest.OUTSIDE, 22)).isFalse();
    // A command may read checkpoints; a run's own Job has nothing to do with the store.
    assertThat(rules.mayLeave(pod, NetworkPoliciesTest.OUTSIDE, 443))
        .isEqualTo(example.name().equals("command-line"));
  }

  @Test
  void theDataOfARunIsWhereThePolicyOfDataPrepAllowsIt() throws IOException {
    // When
    String arguments =
        Kustomization.example("train").ofKind("ConfigMap").get(0).at("/data/arguments").asText();

    // Then
    assertThat(arguments.lines().filter(line -> line.contains("s3://")))
        .hasSize(4)
        .allMatch(line -> line.contains("=s3://speech-data/"));
    assertThat(Files.readString(Path.of("policies/data-prep.json")))
        .contains("\"arn:aws:s3:::speech-data/*\"");
  }

  @Test
  void theCommandLineIsAskedForTheStateOfTheRuns() {
    assertThat(container(Kustomization.example("command-line")).path("args"))
        .hasToString("[\"status\"]");
  }

  @Test
  void aRunHasACommandWithAnIdAndAFileWithItsArguments() {
    // Given
    RenderedResources example = Kustomization.example("train");
    List<String> arguments = new ArrayList<>();
    container(example).path("args").forEach(argument -> arguments.add(argument.asText()));

    // Then
    assertThat(arguments).startsWith("train").contains("--watch", "--id=train-mandarin-1");
    assertThat(example.ofKind("ConfigMap"))
        .singleElement()
        .satisfies(
            map -> assertThat(map.at("/data/arguments").asText()).contains("--num_epoch=50\n"));
  }

  private static JsonNode container(RenderedResources example) {
    return example.workloads().get(0).containers().get(0);
  }
}
