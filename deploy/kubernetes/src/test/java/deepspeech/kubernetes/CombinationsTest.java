package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kustomizations of one's own from an overlay or the base, and components. */
class CombinationsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "overlays/local | monitoring datasets",
        "overlays/cpu | monitoring",
        "overlays/cpu | kafka-sign-in",
        "overlays/cpu | kafka keda monitoring gpu datasets web-identity",
        "overlays/gpu | kafka keda monitoring",
        "overlays/production | web-identity",
        "overlays/production | datasets web-identity"
      })
  void whatAComponentAddsToAnOverlayIsInItsNamespace(
      String overlay, String components, @TempDir Path folder) throws IOException {
    // When
    RenderedResources own = Kustomization.of(combination("", overlay, components), folder);

    // Then
    assertAllIn("deepspeech", own);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "base | namespace",
        "base | namespace kafka keda monitoring gpu datasets web-identity",
        "overlays/cpu | kafka keda monitoring",
        "overlays/production | web-identity",
        "overlays/local | monitoring"
      })
  void anotherNamespaceHasEverything(String resource, String components, @TempDir Path folder)
      throws IOException {
    // When
    RenderedResources own =
        Kustomization.of(combination("namespace: speech\n", resource, components), folder);

    // Then
    assertAllIn("speech", own);
    own.get("Namespace", "speech");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "base | namespace kafka",
        "base | namespace kafka keda",
        "overlays/cpu | kafka",
        "overlays/cpu | kafka-sign-in",
        "overlays/local | monitoring",
        "overlays/production | datasets"
      })
  void itsSettingsTakePrecedenceOverThoseOfAComponentBesideOrBelowThem(
      String resource, String components, @TempDir Path folder) throws IOException {
    // When
    RenderedResources own =
        Kustomization.of(
            combination("namespace: speech\n", resource, components)
                + """
                configMapGenerator:
                  - name: deepspeech
                    behavior: merge
                    literals:
                      - KAFKA_BOOTSTRAP_SERVERS=deepspeech-kafka-bootstrap.speech.svc:9093
                      - KAFKA_SECURITY_PROTOCOL=SASL_PLAINTEXT
                      - DEEPSPEECH_FEATURE_REPLICATION=3
                      - DEEPSPEECH_EVALUATOR_THREADS=4
                      - DEEPSPEECH_DATA_CACHE_MB=4096
                      - DEEPSPEECH_SHUTDOWN_SECONDS=60
                """,
            folder);

    // Then
    assertThat(own.services())
        .hasSize(4)
        .allSatisfy(
            service ->
                assertThat(own.environment(service))
                    .containsEntry(
                        "KAFKA_BOOTSTRAP_SERVERS", "deepspeech-kafka-bootstrap.speech.svc:9093")
                    .containsEntry("KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
                    .containsEntry("DEEPSPEECH_FEATURE_REPLICATION", "3")
                    .containsEntry("DEEPSPEECH_EVALUATOR_THREADS", "4")
                    .containsEntry("DEEPSPEECH_DATA_CACHE_MB", "4096")
                    .containsEntry("DEEPSPEECH_SHUTDOWN_SECONDS", "60")
                    .containsEntry("DEEPSPEECH_S3_REGION", "us-east-1"));
  }

  private static String combination(String fields, String resource, String components) {
    return "%sresources: [ROOT/%s]\ncomponents: [ROOT/components/%s]\n"
        .formatted(fields, resource, components.replace(" ", ", ROOT/components/"));
  }

  private static void assertAllIn(String namespace, RenderedResources own) {
    assertThat(own.all())
        .filteredOn(resource -> !resource.kind().equals("Namespace"))
        .hasSizeGreaterThan(15)
        .allSatisfy(
            resource ->
                assertThat(resource.at("/metadata/namespace").asText())
                    .as("%s", resource)
                    .isEqualTo(namespace));
  }
}
