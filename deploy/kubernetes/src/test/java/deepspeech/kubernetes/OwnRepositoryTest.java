package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kustomization of an own repository that docs/kubernetes.md shows. */
class OwnRepositoryTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("```yaml\n(namespace:.*?)```", Pattern.DOTALL);
  private static final Pattern SECRETS =
      Pattern.compile("```yaml\n(apiVersion: v1\nkind: Secret.*?)```", Pattern.DOTALL);
  private static final Pattern PATCHES =
      Pattern.compile("```yaml\n(patches:.*?)```", Pattern.DOTALL);
  private static final Pattern IMAGES = Pattern.compile("```yaml\n(images:.*?)```", Pattern.DOTALL);
  private static final Pattern REMOTE =
      Pattern.compile("https://[^/]+/[^/]+/[^/]+//deploy/kubernetes/([\\w/-]+)(\\?ref=[\\w.]+)");

  @Test
  void tenLinesSetRegistryStorageClassBucketSecretsGpusAndReplicas(@TempDir Path folder)
      throws IOException {
    // Given
    String page = Files.readString(Path.of("../../docs/kubernetes.md"));
    String example = first(EXAMPLE, page);
    Files.writeString(folder.resolve("kustomization.yaml"), local(example, folder));
    Files.writeString(folder.resolve("secrets.yaml"), first(SECRETS, page));

    // When
    RenderedResources own = Kustomization.folder(folder);

    // Then
    assertThat(example.lines()).hasSizeLessThanOrEqualTo(10);
    assertThat(own.all())
        .allSatisfy(
            resource -> assertThat(StrictReader.problems(resource)).as("%s", resource).isEmpty());
    assertThat(own.services())
        .hasSize(4)
        .allSatisfy(
            service -> {
              assertThat(service.containers().get(0).path("image").asText())
                  .matches("registry\\.example\\.com/speech/[a-z-]+:COMMIT");
              Map<String, String> environment = own.environment(service);
              assertThat(environment)
                  .containsEntry("DEEPSPEECH_S3_BUCKET", "speech")
                  .containsEntry("DEEPSPEECH_S3_ENDPOINT", "https://s3.example.com")
                  .containsEntry("DEEPSPEECH_DASHBOARD_HOSTS", "speech.example.com,localhost:8040");
            });
    RenderedResource trainer = own.get("StatefulSet", "trainer");
    assertThat(trainer.at("/spec/replicas").asInt()).isEqualTo(4);
    assertThat(trainer.containers().get(0).at("/resources/limits/nvidia.com~1gpu").asText())
        .isEqualTo("2");
    assertThat(own.get("KafkaNodePool", "brokers").at("/spec/storage/volumes/0/class").asText())
        .isEqualTo("fast");
    assertThat(own.ofKind("Secret"))
        .extracting(RenderedResource::name)
        .contains("s3-trainer", "s3-evaluator", "s3-data-prep", "dashboard-sign-in");
    assertThat(own.ofKind("ConfigMap"))
        .extracting(RenderedResource::name)
        .noneMatch(name -> name.startsWith("deepspeech-values"));
  }

  @Test
  void theSameComponentSetsTheValuesOfEveryOverlay(@TempDir Path folder) throws IOException {
    // Given
    String example = first(EXAMPLE, Files.readString(Path.of("../../docs/kubernetes.md")));

    // When
    for (String overlay : Kustomization.overlays()) {
      Files.writeString(
          folder.resolve("kustomization.yaml"),
          local(example.replace("overlays/production", "overlays/" + overlay), folder)
              .replace(", secrets.yaml", ""));
      RenderedResources own = Kustomization.folder(folder);

      // Then
      assertThat(own.services())
          .as(overlay)
          .hasSize(4)
          .allMatch(
              service ->
                  service
                      .containers()
                      .get(0)
                      .path("image")
                      .asText()
                      .startsWith("registry.example.com/speech/"));
      assertThat(own.get("StatefulSet", "trainer").at("/spec/replicas").asInt()).isEqualTo(4);
      JsonNode gpus =
          own.get("StatefulSet", "trainer")
              .containers()
              .get(0)
              .at("/resources/limits/nvidia.com~1gpu");
      assertThat(gpus.asInt()).isEqualTo(overlay.matches("gpu|production") ? 2 : 0);
    }
  }

  @Test
  void aKafkaOfOnesOwnIsSignedInToWithTheMechanismThatItWants(@TempDir Path folder)
      throws IOException {
    // Given
    List<String> examples = blocks(EXAMPLE);

    // When
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        local(examples.get(1), folder).replace(", secrets.yaml", ""));
    RenderedResources own = Kustomization.folder(folder);

    // Then
    assertThat(examples).hasSize(2);
    assertThat(own.services())
        .hasSize(4)
        .allSatisfy(
            service ->
                assertThat(own.environment(service))
                    .containsEntry("DEEPSPEECH_S3_ENDPOINT", "https://s3.example.com")
                    .containsEntry("DEEPSPEECH_S3_BUCKET", "speech")
                    .containsEntry(
                        "DEEPSPEECH_DASHBOARD_HOSTS", "speech.example.com,localhost:8040")
                    .containsEntry("KAFKA_BOOTSTRAP_SERVERS", "kafka.example.com:9093")
                    .containsEntry("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
                    .containsEntry("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512"));
    assertThat(own.services())
        .allSatisfy(
            service ->
                assertThat(service.containers().get(0).path("image").asText())
                    .matches("registry\\.example\\.com/speech/[a-z-]+:COMMIT"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources: [ROOT/overlays/gpu]",
        "resources: [ROOT/overlays/cpu]\ncomponents: [ROOT/components/gpu]"
      })
  void theImageOfATrainerWithGpuIsReplacedByItsName(String text, @TempDir Path folder)
      throws IOException {
    // Given
    List<String> images = blocks(IMAGES);
    assertThat(images).hasSize(1);

    // When
    RenderedResources own = Kustomization.of(text + "\n" + images.get(0), folder);

    // Then
    assertThat(own.get("StatefulSet", "trainer").containers().get(0).path("image").asText())
        .isEqualTo("registry.example.com/speech/trainer-service-cuda:COMMIT");
  }

  @Test
  void thePatchesOfThePageChangePortsRolesAndReplicas(@TempDir Path folder) throws IOException {
    // Given
    String patches =
        blocks(PATCHES).stream()
            .filter(block -> !block.contains("kind: Job"))
            .collect(Collectors.joining())
            .replace("patches:\n", "");

    // When
    RenderedResources own =
        Kustomization.of(
            "resources: [ROOT/overlays/production]\ncomponents: [ROOT/components/web-identity]\npatches:\n"
                + patches,
            folder);

    // Then
    assertThat(own.all())
        .allSatisfy(
            resource -> assertThat(StrictReader.problems(resource)).as("%s", resource).isEmpty());
    JsonNode trainer = own.get("StatefulSet", "trainer").containers().get(0);
    assertThat(own.environment(own.get("StatefulSet", "trainer")))
        .containsEntry("JDK_JAVA_OPTIONS", "-Xmx20g");
    assertThat(trainer.at("/resources/limits/memory").asText()).isEqualTo("32Gi");
    assertThat(own.get("NetworkPolicy", "kafka-clients").at("/spec/egress/0/ports/1/port").asInt())
        .isEqualTo(19092);
    assertThat(own.get("NetworkPolicy", "store-clients").at("/spec/egress/0/ports/2/port").asInt())
        .isEqualTo(8333);
    for (RenderedResource service : own.services()) {
      assertThat(service.containers().get(0).at("/startupProbe/failureThreshold").asInt())
          .isEqualTo(144);
      assertThat(own.environment(service).get("DEEPSPEECH_S3_ROLE_ARN"))
          .isEqualTo(
              service.name().equals("dashboard")
                  ? null
                  : "arn:aws:iam::123456789012:role/" + service.name());
    }
    int replicas = own.get("ScaledObject", "data-prep").at("/spec/maxReplicaCount").asInt();
    assertThat(replicas).isGreaterThan(8);
    assertThat(own.get("KafkaTopic", "deepspeech.batch-requests").at("/spec/partitions").asInt())
        .isEqualTo(4 * replicas);
    assertThat(own.ofKind("PodMonitor")).hasSize(1);
    assertThat(own.ofKind("PrometheusRule")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "containers/0/volumeMounts volumes"})
  void aPatchOfThePageLetsACommandWriteToAVolumeWithAndWithoutASignInToKafka(
      String removed, @TempDir Path folder) throws IOException {
    // Given
    List<String> patches =
        blocks(PATCHES).stream().filter(block -> block.contains("kind: Job")).toList();
    assertThat(patches).hasSize(1);
    StringBuilder text = new StringBuilder("resources: [ROOT/examples/command-line]\npatches:\n");
    for (String path : removed.split(" ", 0)) {
      if (!path.isEmpty()) {
        text.append(
            "  - {target: {kind: Job}, patch: '- {op: remove, path: /spec/template/spec/%s}'}\n"
                .formatted(path));
      }
    }

    // When
    RenderedResource job =
        Kustomization.of(text + patches.get(0).replace("patches:\n", ""), folder)
            .get("Job", "command-line");

    // Then
    assertThat(StrictReader.problems(job)).isEmpty();
    JsonNode container = job.containers().get(0);
    assertThat(container.path("args")).hasToString("[\"export\",\"RUN\"]");
    int volumes = removed.isEmpty() ? 2 : 1;
    assertThat(container.path("volumeMounts"))
        .hasSize(volumes)
        .anySatisfy(
            mount -> assertThat(mount).hasToString("{\"mountPath\":\"/work\",\"name\":\"work\"}"));
    assertThat(job.pod().path("volumes"))
        .hasSize(volumes)
        .anySatisfy(
            volume ->
                assertThat(volume.at("/persistentVolumeClaim/claimName").asText())
                    .isEqualTo("curves"));
    // Otherwise user 10001 cannot write to a new volume.
    assertThat(job.pod().at("/securityContext/fsGroup").asInt()).isEqualTo(10001);
  }

  @Test
  void aTokenThatIsCopiedFromThePageIsTooShort() throws IOException {
    // When
    Matcher token = Pattern.compile("\\{token: \"([^\"]*)\"\\}").matcher(blocks(SECRETS).get(0));

    // Then
    assertThat(token.find()).isTrue();
    assertThat(token.group(1)).hasSizeLessThan(16);
  }

  private static List<String> blocks(Pattern block) throws IOException {
    return block
        .matcher(Files.readString(Path.of("../../docs/kubernetes.md")))
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  private static String first(Pattern block, String page) {
    Matcher matcher = block.matcher(page);
    assertThat(matcher.find()).as("a block like %s", block).isTrue();
    return matcher.group(1);
  }

  /**
   * With folders in place of the remote ones. They keep the query of their address in their names,
   * so that kustomize parses the rest of the block as it stands on the page.
   */
  private static String local(String example, Path folder) throws IOException {
    List<MatchResult> remotes = REMOTE.matcher(example).results().toList();
    assertThat(remotes).hasSizeBetween(2, 3);
    for (MatchResult remote : remotes) {
      Path link = folder.resolve("remote").resolve(remote.group(1) + remote.group(2));
      Files.createDirectories(link.getParent());
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, Kustomization.ROOT.resolve(remote.group(1)));
    }
    return REMOTE.matcher(example).replaceAll("remote/$1$2");
  }
}
