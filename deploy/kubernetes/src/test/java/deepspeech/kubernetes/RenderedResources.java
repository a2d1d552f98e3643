package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The resources of a kustomization.
 *
 * @param name of its folder
 */
record RenderedResources(String name, List<RenderedResource> all) {
  RenderedResources {
    all = List.copyOf(all);
  }

  List<RenderedResource> ofKind(String kind) {
    return all.stream().filter(resource -> resource.kind().equals(kind)).toList();
  }

  Optional<RenderedResource> find(String kind, String name) {
    return ofKind(kind).stream().filter(resource -> resource.name().equals(name)).findFirst();
  }

  RenderedResource get(String kind, String name) {
    return find(kind, name)
        .orElseThrow(() -> new AssertionError("no %s %s in %s".formatted(kind, name, all)));
  }

  /** Those that have pods. */
  List<RenderedResource> workloads() {
    List<RenderedResource> workloads = all.stream().filter(RenderedResource::isWorkload).toList();
    assertThat(workloads).isNotEmpty();
    return workloads;
  }

  /** The workloads of the pipeline itself, without brokers and stores. */
  List<RenderedResource> services() {
    return workloads().stream()
        .filter(
            workload -> "deepspeech".equals(workload.podLabels().get("app.kubernetes.io/part-of")))
        .toList();
  }

  /** The ConfigMap that a name without the hash of its content begins. */
  Map<String, String> settings(String name) {
    return RenderedResource.texts(
        ofKind("ConfigMap").stream()
            .filter(map -> map.name().matches(name + "(-[a-z0-9]{10})?"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no ConfigMap " + name))
            .at("/data"));
  }

  /** The environment of a workload's only container; a value from a secret is its name and key. */
  Map<String, String> environment(RenderedResource workload) {
    Map<String, String> environment = new TreeMap<>();
    JsonNode container = workload.pod().path("containers").path(0);
    for (JsonNode source : container.path("envFrom")) {
      environment.putAll(settings(source.at("/configMapRef/name").asText()));
    }
    for (JsonNode variable : container.path("env")) {
      JsonNode secret = variable.at("/valueFrom/secretKeyRef");
      environment.put(
          variable.path("name").asText(),
          secret.isMissingNode()
              ? variable.path("value").asText()
              : secret.path("name").asText() + "/" + secret.path("key").asText());
    }
    return environment;
  }

  @Override
  public String toString() {
    return name;
  }
}
