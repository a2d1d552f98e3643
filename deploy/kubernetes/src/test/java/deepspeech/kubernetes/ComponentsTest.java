package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The components that no overlay has, and the files of all. */
class ComponentsTest {
  @Test
  void dataSetsAreReadFromAVolumeThatDataPrepCannotWriteTo(@TempDir Path folder)
      throws IOException {
    // When
    RenderedResources rendered = with("datasets", folder);

    // Then
    RenderedResource dataPrep = rendered.get("Deployment", "data-prep");
    assertThat(rendered.environment(dataPrep)).containsEntry("DEEPSPEECH_DATASET_ROOT", "/data");
    assertThat(dataPrep.containers().get(0).path("volumeMounts").toString())
        .contains("{\"mountPath\":\"/data\",\"name\":\"datasets\",\"readOnly\":true}");
    assertThat(dataPrep.pod().path("volumes").toString())
        .contains("\"persistentVolumeClaim\":{\"claimName\":\"datasets\",\"readOnly\":true}");
  }

  @Test
  void aWebIdentityTakesThePlaceOfTheKeysInAServiceAccountOfItsOwn(@TempDir Path folder)
      throws IOException {
    // When
    RenderedResources rendered = with("web-identity", folder);

    // Then
    for (String name : List.of("trainer", "evaluator", "data-prep")) {
      RenderedResource service =
          rendered.services().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
      Map<String, String> environment = rendered.environment(service);
      assertThat(environment)
          .containsEntry("DEEPSPEECH_S3_WEB_IDENTITY_TOKEN_FILE", "/etc/deepspeech/s3/token")
          .doesNotContainKeys("DEEPSPEECH_S3_ACCESS_KEY_FILE", "DEEPSPEECH_S3_SECRET_KEY_FILE");
      assertThat(service.pod().path("serviceAccountName").asText()).isEqualTo(name);
      assertThat(rendered.get("ServiceAccount", name).at("/automountServiceAccountToken"))
          .hasToString("false");
      assertThat(service.pod().findValuesAsText("secretName")).isEmpty();
      // The certificate of an own authority, if there is a secret, and never its keys.
      assertThat(service.pod().at("/volumes").findValue("projected").at("/sources/1/secret"))
          .hasToString(
              "{\"items\":[{\"key\":\"ca.crt\",\"path\":\"ca.crt\"}],\"name\":\"s3-%s\",\"optional\":true}"
                  .formatted(name));
    }
  }

  @Test
  void eachServiceSignsInToAnotherKafkaWithASecretOfItsOwn(@TempDir Path folder)
      throws IOException {
    // When
    RenderedResources rendered =
        with(
            "kafka-sign-in",
            folder,
            "configMapGenerator: [{name: deepspeech, behavior: merge, literals:"
                + " [KAFKA_BOOTSTRAP_SERVERS=kafka.example.com:9093, KAFKA_SASL_MECHANISM=PLAIN]}]");

    // Then
    assertThat(rendered.services())
        .hasSize(4)
        .allSatisfy(
            service -> {
              assertThat(rendered.environment(service))
                  .containsEntry("KAFKA_BOOTSTRAP_SERVERS", "kafka.example.com:9093")
                  .containsEntry("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
                  .containsEntry("KAFKA_SASL_MECHANISM", "PLAIN")
                  .containsEntry("KAFKA_SSL_TRUSTSTORE_LOCATION", "/etc/deepspeech/kafka/ca.crt")
                  .containsEntry(
                      "KAFKA_SASL_JAAS_CONFIG",
                      "deepspeech-%s/sasl.jaas.config".formatted(service.name()));
              assertThat(service.containers().get(0).path("volumeMounts").toString())
                  .contains(
                      "{\"mountPath\":\"/etc/deepspeech/kafka\",\"name\":\"kafka\",\"readOnly\":true}");
              assertThat(service.pod().findValuesAsText("secretName"))
                  .contains("deepspeech-cluster-ca-cert");
            });
    assertThat(rendered.ofKind("KafkaUser")).isEmpty();
  }

  @Test
  void everyFileIsUsedByTheKustomizationBesideIt() throws IOException {
    // When
    List<Path> files;
    try (Stream<Path> all = Files.walk(Kustomization.ROOT)) {
      files =
          all.filter(file -> file.toString().matches(".*/(base|components|overlays)/.*"))
              .filter(Files::isRegularFile)
              .filter(file -> !file.endsWith("kustomization.yaml"))
              .toList();
    }

    // Then
    assertThat(files).hasSizeGreaterThan(20);
    for (Path file : files) {
      assertThat(Files.readString(file.resolveSibling("kustomization.yaml")))
          .as("kustomization beside %s", file)
          .contains(file.getFileName().toString());
    }
  }

  private static RenderedResources with(String component, Path folder) throws IOException {
    return with(component, folder, "");
  }

  /** The base with a component and fields beside it. All its resources are valid. */
  private static RenderedResources with(String component, Path folder, String fields)
      throws IOException {
    RenderedResources rendered =
        Kustomization.of(
            "resources: [ROOT/base]\ncomponents: [ROOT/components/%s]\n%s\n"
                .formatted(component, fields),
            folder);
    assertThat(rendered.all())
        .allSatisfy(
            resource -> assertThat(StrictReader.problems(resource)).as("%s", resource).isEmpty());
    return rendered;
  }
}
