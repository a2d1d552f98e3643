package deepspeech.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A pod, as network policies see it.
 *
 * @param namespace labels of its namespace; empty for that of the policies
 * @param labels its own labels
 * @param ports numbers of its ports by their names
 */
record NetworkPod(
    Map<String, String> namespace, Map<String, String> labels, Map<String, Integer> ports) {
  /** A pod of another namespace, with any port. */
  static NetworkPod elsewhere(Map<String, String> namespace, Map<String, String> labels) {
    return new NetworkPod(namespace, labels, Map.of());
  }

  /** Whether a selector of labels selects it. */
  static boolean selects(JsonNode selector, Map<String, String> labels) {
    for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
      if (!label.getValue().asText().equals(labels.get(label.getKey()))) {
        return false;
      }
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      boolean isIn = false;
      for (JsonNode value : expression.path("values")) {
        isIn |= value.asText().equals(labels.get(expression.path("key").asText()));
      }
      if (!expression.path("operator").asText().equals("In") || !isIn) {
        return false;
      }
    }
    return true;
  }
}
