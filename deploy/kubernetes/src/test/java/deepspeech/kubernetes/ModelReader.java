package deepspeech.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * Reads resources with the models of fabric8's client, of Strimzi and of {@link KedaModel}. Their
 * setters for any name are switched off, so an unknown name is refused. What was read is written
 * again and compared, because a model drops some of what it does not understand, such as a value
 * that an enumeration does not have.
 */
final class ModelReader implements StrictReader {
  private static final Map<String, Class<?>> MODELS =
      Map.ofEntries(
          Map.entry("v1 ConfigMap", ConfigMap.class),
          Map.entry("v1 Namespace", Namespace.class),
          Map.entry("v1 Secret", Secret.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("v1 ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("apps/v1 StatefulSet", StatefulSet.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("monitoring.coreos.com/v1 PodMonitor", PodMonitor.class),
          Map.entry("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class),
          Map.entry("kafka.strimzi.io/v1 Kafka", Kafka.class),
          Map.entry("kafka.strimzi.io/v1 KafkaNodePool", KafkaNodePool.class),
          Map.entry("kafka.strimzi.io/v1 KafkaTopic", KafkaTopic.class),
          Map.entry("kafka.strimzi.io/v1 KafkaUser", KafkaUser.class),
          Map.entry("keda.sh/v1alpha1 ScaledObject", KedaModel.ScaledObject.class),
          Map.entry(
              "keda.sh/v1alpha1 TriggerAuthentication", KedaModel.TriggerAuthentication.class));

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .annotationIntrospector(new WithoutAnySetters())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private static final class WithoutAnySetters extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }

  private static String key(RenderedResource resource) {
    return resource.apiVersion() + " " + resource.kind();
  }

  @Override
  public boolean covers(RenderedResource resource) {
    return MODELS.containsKey(key(resource));
  }

  @Override
  public Optional<String> problem(RenderedResource resource) {
    try {
      // The model was chosen by the version of the API, and Strimzi's models write their own.
      ObjectNode given = ((ObjectNode) resource.json()).deepCopy().without("apiVersion");
      Object read = MAPPER.treeToValue(given, MODELS.get(key(resource)));
      return difference("", given, MAPPER.valueToTree(read));
    } catch (JsonProcessingException e) {
      return Optional.of(e.getOriginalMessage());
    }
  }

  /** The first place at which the written resource lacks something of the given one. */
  private static Optional<String> difference(String path, JsonNode given, JsonNode written) {
    if (given.isObject() && written.isObject()) {
      for (Map.Entry<String, JsonNode> field : given.properties()) {
        Optional<String> found =
            difference(path + "/" + field.getKey(), field.getValue(), written.path(field.getKey()));
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
    if (given.isArray() && written.size() == given.size()) {
      Iterator<JsonNode> others = written.elements();
      for (int i = 0; i < given.size(); i++) {
        Optional<String> found = difference(path + "/" + i, given.get(i), others.next());
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
    return given.equals(written) || isSameNumber(given, written) || isEmpty(given, written)
        ? Optional.empty()
        : Optional.of("%s: %s is read as %s".formatted(path, given, written));
  }

  private static boolean isSameNumber(JsonNode given, JsonNode written) {
    return given.isNumber()
        && written.isNumber()
        && given.decimalValue().compareTo(written.decimalValue()) == 0;
  }

  /** A model may write nothing for what is empty or false. */
  private static boolean isEmpty(JsonNode given, JsonNode written) {
    return written.isMissingNode()
        && (given.isBoolean() ? !given.asBoolean() : given.isContainerNode() && given.isEmpty());
  }
}
