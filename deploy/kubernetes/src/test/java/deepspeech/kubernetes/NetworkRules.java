package deepspeech.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * The network policies of a kustomization, as a cluster enforces them. It knows as much of them as
 * the manifests use: TCP, selectors of pods and namespaces, ports by number, name and range.
 */
record NetworkRules(List<RenderedResource> policies) {
  /** Whether a pod of the namespace may open a connection to another pod. */
  boolean mayLeave(NetworkPod from, NetworkPod to, int port) {
    return allows("Egress", "egress", "to", from, to, to, port);
  }

  /** Whether a pod of the namespace may be reached from another pod. */
  boolean mayEnter(NetworkPod from, NetworkPod to, int port) {
    return allows("Ingress", "ingress", "from", to, from, to, port);
  }

  private boolean allows(
      String type,
      String rules,
      String peers,
      NetworkPod subject,
      NetworkPod peer,
      NetworkPod target,
      int port) {
    boolean isIsolated = false;
    for (RenderedResource policy : policies) {
      if (policy.at("/spec/policyTypes").toString().contains(type)
          && NetworkPod.selects(policy.at("/spec/podSelector"), subject.labels())) {
        isIsolated = true;
        for (JsonNode rule : policy.at("/spec").path(rules)) {
          if (isPeer(rule.path(peers), peer) && isPort(rule.path("ports"), target, port)) {
            return true;
          }
        }
      }
    }
    return !isIsolated;
  }

  private static boolean isPeer(JsonNode peers, NetworkPod pod) {
    if (peers.isMissingNode()) {
      return true;
    }
    for (JsonNode peer : peers) {
      boolean isNamespace =
          peer.has("namespaceSelector")
              ? NetworkPod.selects(peer.path("namespaceSelector"), pod.namespace())
              : pod.namespace().isEmpty();
      if (isNamespace && NetworkPod.selects(peer.path("podSelector"), pod.labels())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPort(JsonNode ports, NetworkPod target, int port) {
    for (JsonNode allowed : ports) {
      if (allowed.path("protocol").asText().equals("TCP")) {
        int first = number(allowed.path("port"), target.ports());
        if (first <= port && port <= allowed.path("endPort").asInt(first)) {
          return true;
        }
      }
    }
    return false;
  }

  private static int number(JsonNode port, Map<String, Integer> names) {
    return port.isTextual() ? names.getOrDefault(port.asText(), -1) : port.asInt();
  }
}
