package deepspeech.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** As much of KEDA's resources as the manifests use. No library has models of them. */
final class KedaModel {
  private KedaModel() {}

  record ScaledObject(String apiVersion, String kind, JsonNode metadata, ScaledObjectSpec spec) {}

  record ScaledObjectSpec(
      Target scaleTargetRef,
      Integer minReplicaCount,
      Integer maxReplicaCount,
      Integer pollingInterval,
      Fallback fallback,
      Advanced advanced,
      List<Trigger> triggers) {}

  record Target(String name) {}

  record Fallback(Integer failureThreshold, Integer replicas, FallbackBehavior behavior) {}

  enum FallbackBehavior {
    @JsonProperty("static")
    STATIC,
    @JsonProperty("currentReplicas")
    CURRENT_REPLICAS,
    @JsonProperty("currentReplicasIfHigher")
    CURRENT_REPLICAS_IF_HIGHER,
    @JsonProperty("currentReplicasIfLower")
    CURRENT_REPLICAS_IF_LOWER
  }

  record Advanced(AutoscalerConfig horizontalPodAutoscalerConfig) {}

  record AutoscalerConfig(Behavior behavior) {}

  record Behavior(Rules scaleUp, Rules scaleDown) {}

  record Rules(Integer stabilizationWindowSeconds, List<Policy> policies) {}

  record Policy(PolicyType type, Integer value, Integer periodSeconds) {}

  enum PolicyType {
    @JsonProperty("Pods")
    PODS,
    @JsonProperty("Percent")
    PERCENT
  }

  record Trigger(String type, Map<String, String> metadata, AuthenticationRef authenticationRef) {}

  record AuthenticationRef(String name) {}

  record TriggerAuthentication(
      String apiVersion, String kind, JsonNode metadata, TriggerAuthenticationSpec spec) {}

  record TriggerAuthenticationSpec(
      List<ParameterSource> configMapTargetRef, List<ParameterSource> secretTargetRef) {}

  record ParameterSource(String parameter, String name, String key) {}
}
