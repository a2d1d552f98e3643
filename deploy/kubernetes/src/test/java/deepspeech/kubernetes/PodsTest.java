package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pods of every overlay have in common. */
class PodsTest {
  static Stream<RenderedResources> overlays() {
    return Kustomization.overlays().stream().map(Kustomization::overlay);
  }

  static Stream<RenderedResources> overlaysAndExamples() {
    return Stream.concat(overlays(), Kustomization.examples());
  }

  @ParameterizedTest
  @MethodSource("overlaysAndExamples")
  void everyPodIsRestricted(RenderedResources overlay) {
    assertThat(overlay.workloads())
        .allSatisfy(
            workload -> {
              JsonNode pod = workload.pod();
              assertThat(pod.path("automountServiceAccountToken")).hasToString("false");
              assertThat(pod.path("enableServiceLinks")).hasToString("false");
              assertThat(pod.at("/securityContext/runAsNonRoot")).hasToString("true");
              assertThat(pod.at("/securityContext/runAsUser")).hasToString("10001");
              assertThat(pod.at("/securityContext/seccompProfile/type").asText())
                  .isEqualTo("RuntimeDefault");
              for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
                assertThat(pod.has(host)).as(host).isFalse();
              }
              for (JsonNode container : workload.containers()) {
                assertThat(container.path("securityContext"))
                    .hasToString(
                        "{\"allowPrivilegeEscalation\":false,\"capabilities\":{\"drop\":[\"ALL\"]},\"readOnlyRootFilesystem\":true}");
              }
            });
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theBrokersAndOperatorsOfStrimziAreAdmittedToARestrictedNamespaceToo(
      RenderedResources overlay) {
    // Given
    List<JsonNode> templates = new ArrayList<>();
    overlay.ofKind("KafkaNodePool").forEach(pool -> templates.add(pool.at("/spec/template")));
    overlay
        .ofKind("Kafka")
        .forEach(kafka -> templates.add(kafka.at("/spec/entityOperator/template")));

    // Then
    for (JsonNode template : templates) {
      assertThat(template.at("/pod/securityContext/runAsNonRoot")).hasToString("true");
      assertThat(template.at("/pod/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      List<JsonNode> containers =
          template.properties().stream()
              .filter(part -> part.getKey().endsWith("Container"))
              .map(Map.Entry::getValue)
              .toList();
      assertThat(containers)
          .isNotEmpty()
          .allSatisfy(
              container ->
                  assertThat(container.path("securityContext"))
                      .hasToString(
                          "{\"allowPrivilegeEscalation\":false,\"capabilities\":{\"drop\":[\"ALL\"]}}"));
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyContainerHasProbesResourcesAndVolumesForWhatItMounts(RenderedResources overlay) {
    for (RenderedResource workload : overlay.workloads()) {
      Set<String> volumes = new HashSet<>(workload.pod().path("volumes").findValuesAsText("name"));
      for (JsonNode claim : workload.at("/spec/volumeClaimTemplates")) {
        volumes.add(claim.at("/metadata/name").asText());
      }
      for (JsonNode container : workload.pod().path("containers")) {
        Set<String> ports = new HashSet<>(container.path("ports").findValuesAsText("name"));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
          assertThat(ports)
              .as("%s of %s", probe, workload)
              .contains(container.path(probe).findValue("port").asText());
        }
        assertThat(container.at("/resources/requests/cpu").asText()).isNotEmpty();
        assertThat(container.at("/resources/requests/memory").asText())
            .as("memory of %s", workload)
            .isNotEmpty()
            .isEqualTo(container.at("/resources/limits/memory").asText());
        assertThat(volumes).containsAll(container.path("volumeMounts").findValuesAsText("name"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void noDiskOfANodeCanBeFilled(RenderedResources overlay) {
    for (RenderedResource workload : overlay.workloads()) {
      for (JsonNode volume : workload.pod().path("volumes")) {
        if (volume.has("emptyDir")) {
          assertThat(volume.at("/emptyDir/sizeLimit").asText())
              .as("%s of %s", volume, workload)
              .isNotEmpty();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aServiceIsGivenTheTimeThatItTakesToStartAndToStop(RenderedResources overlay) {
    for (RenderedResource service : overlay.services()) {
      Map<String, String> environment = overlay.environment(service);

      // For the broker, for the topics, and for the start itself.
      int wait = Integer.parseInt(environment.get("DEEPSPEECH_BROKER_WAIT_SECONDS"));
      JsonNode startup = service.containers().get(0).path("startupProbe");
      assertThat(startup.path("periodSeconds").asInt() * startup.path("failureThreshold").asInt())
          .as("seconds that %s may take to start", service)
          .isGreaterThanOrEqualTo(2 * wait + 60);

      // Only the trainer reads the variable.
      int shutdown =
          service.name().equals("trainer")
              ? Integer.parseInt(environment.get("DEEPSPEECH_SHUTDOWN_SECONDS"))
              : 10;
      assertThat(service.pod().path("terminationGracePeriodSeconds").asInt(30))
          .as("seconds that %s may take to stop", service)
          .isGreaterThanOrEqualTo(shutdown + 20);
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theImagesAreThoseOfThisBuild(RenderedResources overlay) throws IOException {
    // Given
    String version =
        Files.readString(Path.of("pom.xml")).replaceAll("(?s).*?<version>([^<]*)<.*", "$1");

    // Then
    assertThat(overlay.services())
        .hasSize(4)
        .allSatisfy(
            service ->
                assertThat(service.containers().get(0).path("image").asText())
                    .matches(
                        "deepspeech/(trainer-service(-cuda)?|evaluator-service|data-prep-service|dashboard):"
                            + version));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aSecretIsOnlyReferredTo(RenderedResources overlay) {
    // Then
    assertThat(overlay.ofKind("Secret")).isEmpty();
    for (RenderedResource workload : overlay.workloads()) {
      overlay
          .environment(workload)
          .forEach(
              (name, value) -> {
                if (name.matches(".*(TOKEN|PASSWORD|SECRET|ACCESS_KEY|JAAS|ROOT_USER).*")) {
                  assertThat(value).as(name).matches("/etc/.*|[a-z0-9-]+/[a-z.-]+");
                }
              });
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aSecretIsMadeByStrimziOrThePageSaysHowToMakeIt(RenderedResources overlay)
      throws IOException {
    // Given
    String page = Files.readString(Path.of("../../docs/kubernetes.md"));
    Set<String> made = new HashSet<>();
    overlay.ofKind("Kafka").forEach(kafka -> made.add(kafka.name() + "-cluster-ca-cert"));
    overlay.ofKind("KafkaUser").forEach(user -> made.add(user.name()));

    // Then
    for (RenderedResource workload : overlay.workloads()) {
      Set<String> needed = new HashSet<>(workload.pod().findValuesAsText("secretName"));
      for (JsonNode reference : workload.pod().findValues("secretKeyRef")) {
        needed.add(reference.path("name").asText());
      }
      needed.removeAll(made);
      assertThat(needed).allMatch(name -> page.contains("`" + name + "`"));
    }
  }
}
