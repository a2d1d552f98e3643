package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may reach whom. */
class NetworkPoliciesTest {
  private static final Set<String> WITH_STORE = Set.of("trainer", "evaluator", "data-prep");

  static final NetworkPod OUTSIDE =
      NetworkPod.elsewhere(Map.of("kubernetes.io/metadata.name", "default"), Map.of());

  static final NetworkPod NAMES =
      NetworkPod.elsewhere(
          Map.of("kubernetes.io/metadata.name", "kube-system"), Map.of("k8s-app", "kube-dns"));

  /** The pods that Strimzi makes, with the labels that it gives them. */
  static final NetworkPod BROKER = ofStrimzi("deepspeech-kafka", 9093);

  private static final NetworkPod ENTITY_OPERATOR = ofStrimzi("deepspeech-entity-operator", 8443);

  static Stream<RenderedResources> overlays() {
    return Kustomization.overlays().stream().map(Kustomization::overlay);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void amongTheServicesOnlyATrainerReachesAnother(RenderedResources overlay) {
    // Given
    NetworkRules rules = rules(overlay);
    Map<String, NetworkPod> pods = pods(overlay.services());

    // When
    Set<String> connections = new TreeSet<>();
    pods.forEach(
        (from, source) ->
            pods.forEach(
                (to, target) ->
                    target
                        .ports()
                        .values()
                        .forEach(
                            port -> {
                              if (rules.mayLeave(source, target, port)
                                  && rules.mayEnter(source, target, port)) {
                                connections.add("%s -> %s:%d".formatted(from, to, port));
                              }
                            })));

    // Then
    assertThat(connections).containsExactly("trainer -> trainer:8084");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void nothingEntersExceptProbesOfMetricsAndReadersOfThePage(RenderedResources overlay) {
    // Given
    NetworkRules rules = rules(overlay);
    NetworkPod proxy = NetworkPod.elsewhere(Map.of("deepspeech/page", "allowed"), Map.of());
    NetworkPod prometheus = NetworkPod.elsewhere(Map.of("deepspeech/metrics", "allowed"), Map.of());
    boolean isMonitored = !overlay.ofKind("PodMonitor").isEmpty();

    // Then
    pods(overlay.services())
        .forEach(
            (name, pod) ->
                pod.ports()
                    .forEach(
                        (portName, port) -> {
                          assertThat(rules.mayEnter(OUTSIDE, pod, port)).as(name).isFalse();
                          assertThat(rules.mayEnter(proxy, pod, port))
                              .as("the page of %s at %s", name, portName)
                              .isEqualTo(portName.equals("page"));
                          assertThat(rules.mayEnter(prometheus, pod, port))
                              .as("metrics of %s at %s", name, portName)
                              .isEqualTo(isMonitored && portName.equals("health"));
                        }));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aServiceReachesNamesKafkaAndItsStoreOnly(RenderedResources overlay) {
    // Given
    NetworkRules rules = rules(overlay);
    boolean isOwnKafka = overlay.find("Kafka", "deepspeech").isPresent();
    Map<String, NetworkPod> servers = pods(overlay.workloads());
    NetworkPod store = servers.getOrDefault("s3", OUTSIDE);
    NetworkPod kafka = isOwnKafka ? BROKER : servers.getOrDefault("kafka", OUTSIDE);

    // Then
    pods(overlay.services())
        .forEach(
            (name, pod) -> {
              assertThat(rules.mayLeave(pod, NAMES, 53)).as("names of %s", name).isTrue();
              assertThat(rules.mayLeave(pod, OUTSIDE, 53)).isFalse();
              assertThat(rules.mayLeave(pod, OUTSIDE, 80)).isFalse();
              assertThat(rules.mayLeave(pod, OUTSIDE, 22)).isFalse();
              assertThat(rules.mayLeave(pod, kafka, isOwnKafka ? 9093 : 9092))
                  .as("Kafka of %s", name)
                  .isTrue();
              assertThat(rules.mayLeave(pod, store, 9000))
                  .as("store of %s", name)
                  .isEqualTo(WITH_STORE.contains(name));
              if (!kafka.equals(OUTSIDE)) {
                assertThat(rules.mayLeave(pod, OUTSIDE, 9092)).isFalse();
              }
              if (!store.equals(OUTSIDE)) {
                assertThat(rules.mayLeave(pod, OUTSIDE, 9000)).isFalse();
                assertThat(rules.mayEnter(pod, store, 9000)).isTrue();
                assertThat(rules.mayEnter(pod, kafka, 9092)).isTrue();
                assertThat(rules.mayEnter(OUTSIDE, store, 9000)).isFalse();
                assertThat(rules.mayEnter(OUTSIDE, kafka, 9092)).isFalse();
              }
            });
  }

  @Test
  void brokersReachEachOtherAndWithTheOperatorsTheKubernetesApi() {
    // Given
    NetworkRules rules = rules(Kustomization.overlay("production"));

    // Then
    assertThat(rules.mayLeave(BROKER, BROKER, 9090)).isTrue();
    assertThat(rules.mayLeave(BROKER, BROKER, 9091)).isTrue();
    // A broker reads its certificates as secrets.
    assertThat(rules.mayLeave(BROKER, OUTSIDE, 443)).isTrue();
    assertThat(rules.mayLeave(BROKER, OUTSIDE, 6443)).isTrue();
    assertThat(rules.mayLeave(BROKER, OUTSIDE, 9000)).isFalse();
    assertThat(rules.mayLeave(ENTITY_OPERATOR, BROKER, 9091)).isTrue();
    assertThat(rules.mayLeave(ENTITY_OPERATOR, OUTSIDE, 443)).isTrue();
    assertThat(rules.mayLeave(ENTITY_OPERATOR, OUTSIDE, 6443)).isTrue();
  }

  @Test
  void aPolicyOfThePageLetsTracesLeaveToTheirReceiver(@TempDir Path folder) throws IOException {
    // Given
    Matcher policy =
        Pattern.compile(
                "```yaml\n(apiVersion: networking\\.k8s\\.io/v1\nkind: NetworkPolicy.*?)```",
                Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../../docs/kubernetes.md")));
    assertThat(policy.find()).isTrue();
    Files.writeString(folder.resolve("traces.yaml"), policy.group(1));

    // When
    RenderedResources own =
        Kustomization.of("resources: [ROOT/overlays/production, traces.yaml]", folder);

    // Then
    assertThat(StrictReader.problems(own.get("NetworkPolicy", "traces"))).isEmpty();
    NetworkPod receiver =
        NetworkPod.elsewhere(Map.of("kubernetes.io/metadata.name", "observability"), Map.of());
    for (int port : List.of(4317, 4318)) {
      pods(own.services())
          .forEach(
              (name, pod) -> {
                assertThat(rules(own).mayLeave(pod, receiver, port))
                    .as("traces of %s", name)
                    .isEqualTo(!name.equals("dashboard"));
                assertThat(rules(own).mayLeave(pod, OUTSIDE, port)).isFalse();
              });
    }
  }

  @Test
  void onlyServicesAndKedaReachTheListenerOfTheBrokers() {
    // Given
    RenderedResources production = Kustomization.overlay("production");

    // When
    JsonNode listeners = production.get("Kafka", "deepspeech").at("/spec/kafka/listeners");
    JsonNode peers = listeners.path(0).path("networkPolicyPeers");

    // Then
    assertThat(listeners).hasSize(1);
    assertThat(peers).hasSize(2);
    assertThat(pods(production.services()).values())
        .allMatch(pod -> NetworkPod.selects(peers.path(0).path("podSelector"), pod.labels()));
    assertThat(peers.path(1).at("/namespaceSelector/matchLabels/kubernetes.io~1metadata.name"))
        .hasToString("\"keda\"");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyPolicyServiceAndBudgetSelectsPods(RenderedResources overlay) {
    // Given
    Map<String, NetworkPod> pods = pods(overlay.workloads());
    if (overlay.find("Kafka", "deepspeech").isPresent()) {
      pods.put("broker", BROKER);
      pods.put("entity operator", ENTITY_OPERATOR);
    }

    // Then
    for (RenderedResource policy : overlay.ofKind("NetworkPolicy")) {
      assertThat(pods.values())
          .as("%s", policy)
          .anyMatch(pod -> NetworkPod.selects(policy.at("/spec/podSelector"), pod.labels()));
      for (String peers : List.of("/spec/ingress/0/from", "/spec/egress/0/to")) {
        for (JsonNode peer : policy.at(peers)) {
          if (!peer.has("namespaceSelector")) {
            assertThat(pods.values())
                .as("peers of %s", policy)
                .anyMatch(pod -> NetworkPod.selects(peer.path("podSelector"), pod.labels()));
          }
        }
      }
    }
    for (RenderedResource budget : overlay.ofKind("PodDisruptionBudget")) {
      assertThat(pods.get(budget.name()).labels())
          .as("%s", budget)
          .matches(labels -> NetworkPod.selects(budget.at("/spec/selector"), labels));
    }
    for (RenderedResource service : overlay.ofKind("Service")) {
      NetworkPod pod = pods.get(service.name());
      assertThat(pod.labels())
          .as("%s", service)
          .containsAllEntriesOf(RenderedResource.texts(service.at("/spec/selector")));
      for (JsonNode port : service.at("/spec/ports")) {
        assertThat(pod.ports()).containsKey(port.path("targetPort").asText());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyServiceHasABudgetForDisruptions(RenderedResources overlay) {
    assertThat(overlay.services())
        .allSatisfy(
            service ->
                assertThat(
                        overlay
                            .get("PodDisruptionBudget", service.name())
                            .at("/spec/maxUnavailable"))
                    .hasToString("1"));
  }

  private static NetworkRules rules(RenderedResources overlay) {
    return new NetworkRules(overlay.ofKind("NetworkPolicy"));
  }

  private static Map<String, NetworkPod> pods(List<RenderedResource> workloads) {
    Map<String, NetworkPod> pods = new TreeMap<>();
    for (RenderedResource workload : workloads) {
      Map<String, Integer> ports = new HashMap<>();
      for (JsonNode port : workload.containers().get(0).path("ports")) {
        ports.put(port.path("name").asText(), port.path("containerPort").asInt());
      }
      pods.put(workload.name(), new NetworkPod(Map.of(), workload.podLabels(), ports));
    }
    return pods;
  }

  private static NetworkPod ofStrimzi(String name, int port) {
    return new NetworkPod(
        Map.of(),
        Map.of("strimzi.io/cluster", "deepspeech", "strimzi.io/name", name),
        Map.of("port", port));
  }
}
