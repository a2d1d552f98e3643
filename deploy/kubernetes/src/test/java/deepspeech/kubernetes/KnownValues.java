package deepspeech.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks fields of Kubernetes' own kinds that have one of a few values. The models of both clients
 * take any text there; the API server does not.
 */
final class KnownValues implements StrictReader {
  private static final Map<String, Set<String>> VALUES =
      Map.ofEntries(
          Map.entry("action", Set.of("FailJob", "FailIndex", "Ignore", "Count")),
          Map.entry("accessModes", Set.of("ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany")),
          Map.entry("clusterIP", Set.of("None")),
          Map.entry("drop", Set.of("ALL")),
          Map.entry("effect", Set.of("NoSchedule", "NoExecute", "PreferNoSchedule")),
          Map.entry("fsGroupChangePolicy", Set.of("Always", "OnRootMismatch")),
          Map.entry("operator", Set.of("In", "NotIn", "Exists", "DoesNotExist", "Equal")),
          Map.entry("pod-security.kubernetes.io/audit", Set.of("restricted")),
          Map.entry("pod-security.kubernetes.io/enforce", Set.of("restricted")),
          Map.entry("pod-security.kubernetes.io/warn", Set.of("restricted")),
          Map.entry("podManagementPolicy", Set.of("OrderedReady", "Parallel")),
          Map.entry("policyTypes", Set.of("Ingress", "Egress")),
          Map.entry("protocol", Set.of("TCP", "UDP", "SCTP")),
          Map.entry("restartPolicy", Set.of("Always", "OnFailure", "Never")),
          Map.entry(
              "type", Set.of("RuntimeDefault", "ClusterIP", "RollingUpdate", "DisruptionTarget")),
          Map.entry("unhealthyPodEvictionPolicy", Set.of("AlwaysAllow", "IfHealthyBudget")),
          Map.entry("whenUnsatisfiable", Set.of("DoNotSchedule", "ScheduleAnyway")));

  private final ClientJavaReader kubernetes = new ClientJavaReader();

  @Override
  public boolean covers(RenderedResource resource) {
    return kubernetes.covers(resource);
  }

  @Override
  public Optional<String> problem(RenderedResource resource) {
    return problem(resource.json());
  }

  private static Optional<String> problem(JsonNode node) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      Set<String> allowed = VALUES.get(field.getKey());
      for (JsonNode value :
          field.getValue().isArray() ? field.getValue() : Set.of(field.getValue())) {
        if (allowed != null && value.isTextual() && !allowed.contains(value.asText())) {
          return Optional.of("%s: %s, allowed: %s".formatted(field.getKey(), value, allowed));
        }
        Optional<String> inside = problem(value);
        if (inside.isPresent()) {
          return inside;
        }
      }
    }
    return Optional.empty();
  }
}
