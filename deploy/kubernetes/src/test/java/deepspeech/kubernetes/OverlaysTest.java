package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every resource of every overlay is one that its kind allows. */
class OverlaysTest {
  static List<String> overlays() {
    return Kustomization.overlays();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void allReadersThatKnowItsKindAcceptEachResource(String overlay) {
    // When
    RenderedResources resources = Kustomization.overlay(overlay);

    // Then
    assertThat(resources.all())
        .allSatisfy(
            resource -> assertThat(StrictReader.problems(resource)).as("%s", resource).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void bothClientsKnowKubernetesOwnKindsAndAModelTheOthers(String overlay) {
    // When
    RenderedResources resources = Kustomization.overlay(overlay);

    // Then
    assertThat(resources.all())
        .allSatisfy(
            resource ->
                assertThat(StrictReader.BUILT_IN.stream().filter(r -> r.covers(resource)))
                    .as("%s", resource)
                    .hasAtLeastOneElementOfType(ModelReader.class)
                    .hasSize(resource.apiVersion().matches("v1|\\w+/v1|networking.*") ? 3 : 1));
  }

  @Test
  void theDefinitionsOfCustomResourcesAreUsedIfTheyAreThere() {
    // When
    boolean isPresent = CrdReader.ifPresent().isPresent();

    // Then
    if (!isPresent) {
      System.out.println(CrdReader.searched());
    }
    assumeTrue(isPresent, CrdReader.searched());
    assertThat(Kustomization.overlay("production").all().stream().map(RenderedResource::kind))
        .containsAll(
            Stream.of(
                    "Kafka",
                    "KafkaNodePool",
                    "KafkaTopic",
                    "KafkaUser",
                    "ScaledObject",
                    "TriggerAuthentication",
                    "PodMonitor",
                    "PrometheusRule")
                .toList());
    assertThat(Kustomization.overlay("production").all())
        .filteredOn(resource -> resource.apiVersion().matches("(kafka|keda|monitoring)\\..*"))
        .allMatch(resource -> CrdReader.ifPresent().get().covers(resource));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void allResourcesAreInOneNamespaceThatAdmitsRestrictedPodsOnly(String overlay) {
    // When
    RenderedResources resources = Kustomization.overlay(overlay);

    // Then
    assertThat(resources.get("Namespace", "deepspeech").at("/metadata/labels").toString())
        .contains("\"pod-security.kubernetes.io/enforce\":\"restricted\"");
    assertThat(resources.all())
        .filteredOn(resource -> !resource.kind().equals("Namespace"))
        .allSatisfy(
            resource ->
                assertThat(resource.at("/metadata/namespace").asText())
                    .as("%s", resource)
                    .isEqualTo("deepspeech"));
  }
}
