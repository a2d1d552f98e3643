package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
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

  @Test
  void inTheOrderOfThePageEachComponentFindsWhatItChanges(@TempDir Path folder) throws IOException {
    // When
    RenderedResources own =
        Kustomization.of(
            combination("namespace: deepspeech\n", "base", "namespace kafka keda gpu values")
                + """
                configMapGenerator:
                  - name: deepspeech-values
                    literals: [registry=registry.example.com, tag=COMMIT, storageClass=fast, trainers=4, gpus=2]
                """,
            folder);

    // Then
    JsonNode trainer = own.get("StatefulSet", "trainer").containers().get(0);
    assertThat(trainer.path("image").asText())
        .isEqualTo("registry.example.com/trainer-service-cuda:COMMIT");
    assertThat(trainer.at("/resources/limits/nvidia.com~1gpu").asText()).isEqualTo("2");
    assertThat(own.get("KafkaNodePool", "brokers").at("/spec/storage/volumes/0/class").asText())
        .isEqualTo("fast");
    assertThat(own.get("KafkaTopic", "deepspeech.batch-requests").at("/spec/partitions").asInt())
        .isEqualTo(32);
    assertThat(own.get("Kafka", "deepspeech").at("/spec/kafka/listeners/0/networkPolicyPeers"))
        .hasSize(2);
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
