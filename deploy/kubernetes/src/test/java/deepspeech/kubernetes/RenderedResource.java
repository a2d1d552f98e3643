package deepspeech.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A resource as it would be applied to a cluster. */
record RenderedResource(JsonNode json) {
  String apiVersion() {
    return json.path("apiVersion").asText();
  }

  String kind() {
    return json.path("kind").asText();
  }

  String name() {
    return json.path("metadata").path("name").asText();
  }

  /** The part of the resource at a JSON pointer. */
  JsonNode at(String pointer) {
    return json.at(pointer);
  }

  /** True if a controller makes pods from this resource's template. */
  boolean isWorkload() {
    return json.at("/spec/template/spec").has("containers");
  }

  /** The specification of a workload's pods. */
  JsonNode pod() {
    return json.at("/spec/template/spec");
  }

  /** The labels of a workload's pods. */
  Map<String, String> podLabels() {
    return texts(json.at("/spec/template/metadata/labels"));
  }

  /** All containers of a workload, those of its start included. */
  List<JsonNode> containers() {
    List<JsonNode> containers = new ArrayList<>();
    pod().path("initContainers").forEach(containers::add);
    pod().path("containers").forEach(containers::add);
    return containers;
  }

  /** The fields of an object whose values are texts. */
  static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new TreeMap<>();
    object.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }

  @Override
  public String toString() {
    return kind() + " " + name();
  }
}
