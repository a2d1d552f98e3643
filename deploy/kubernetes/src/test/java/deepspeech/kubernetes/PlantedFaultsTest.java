package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fault in a resource is found: at least one of the readers refuses it. */
class PlantedFaultsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OVERLAY = "production";

  @ParameterizedTest
  @CsvSource({
    "Namespace, /metadata/labels, lables",
    "ConfigMap, /data, date",
    "Service, /spec/selector, selectors",
    "Deployment, /spec/template/spec/containers/0/readinessProbe, readynessProbe",
    "StatefulSet, /spec/podManagementPolicy, podManagmentPolicy",
    "PodDisruptionBudget, /spec/maxUnavailable, maxUnavailible",
    "NetworkPolicy, /spec/policyTypes, policyType",
    "Kafka, /spec/kafka/listeners/0/tls, tsl",
    "Kafka, /spec/entityOperator/template/topicOperatorContainer/securityContext, security",
    "KafkaNodePool, /spec/storage/volumes/0/deleteClaim, deleteclaim",
    "KafkaTopic, /spec/partitions, partition",
    "KafkaUser, /spec/authorization/acls/0/operations, operation",
    "ScaledObject, /spec/minReplicaCount, minReplicas",
    "ScaledObject, /spec/triggers/0/authenticationRef, authentication",
    "TriggerAuthentication, /spec/secretTargetRef/0/key, keys",
    "PodMonitor, /spec/podMetricsEndpoints/0/path, paths",
    "PrometheusRule, /spec/groups/0/rules/0/annotations, annotation",
  })
  void aFieldWithAWrongNameIsFound(String kind, String pointer, String name) {
    // Given
    RenderedResource resource = first(kind);
    JsonPointer place = JsonPointer.compile(pointer);
    ObjectNode parent = (ObjectNode) resource.at(place.head().toString());
    JsonNode value = parent.remove(place.last().getMatchingProperty());

    // When
    parent.set(name, value);

    // Then
    assertThat(value).isNotNull();
    assertThat(StrictReader.problems(resource)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Namespace, /metadata/labels, 3",
    "ConfigMap, /data, '\"text\"'",
    "Service, /spec/ports/0/port, '\"many\"'",
    "Deployment, /spec/replicas, '\"two\"'",
    "Deployment, /spec/replicas, '\"2\"'",
    "Deployment, /spec/template/spec/containers/0/env, '{\"A\": \"b\"}'",
    "StatefulSet, /spec/template/spec/terminationGracePeriodSeconds, '\"long\"'",
    "PodDisruptionBudget, /spec/selector, '\"trainer\"'",
    "NetworkPolicy, /spec/podSelector, '[]'",
    "Kafka, /spec/kafka/listeners/0/port, '\"many\"'",
    "Kafka, /spec/kafka/listeners/0/tls, '\"maybe\"'",
    "KafkaNodePool, /spec/replicas, '\"three\"'",
    "KafkaTopic, /spec/partitions, '\"one\"'",
    "KafkaTopic, /spec/config, '[]'",
    "KafkaUser, /spec/quotas/producerByteRate, '\"fast\"'",
    "ScaledObject, /spec/maxReplicaCount, '\"8\"'",
    "ScaledObject, /spec/triggers/0/metadata/lagThreshold, 3",
    "TriggerAuthentication, /spec/secretTargetRef, '\"secret\"'",
    "PodMonitor, /spec/podMetricsEndpoints, '{}'",
    "PrometheusRule, /spec/groups/0/rules, '\"none\"'",
  })
  void aValueOfAnotherTypeIsFound(String kind, String pointer, String value)
      throws JsonProcessingException {
    // Given
    RenderedResource resource = first(kind);

    // When
    put(resource, pointer, JSON.readTree(value));

    // Then
    assertThat(StrictReader.problems(resource)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Namespace, /metadata/labels/pod-security.kubernetes.io~1enforce, strict",
    "Service, /spec/type, Internal",
    "Deployment, /spec/template/spec/securityContext/seccompProfile/type, Default",
    "Deployment, /spec/template/spec/topologySpreadConstraints/0/whenUnsatisfiable, Ignore",
    "StatefulSet, /spec/podManagementPolicy, Together",
    "PodDisruptionBudget, /spec/unhealthyPodEvictionPolicy, Always",
    "NetworkPolicy, /spec/policyTypes/0, Inbound",
    "Kafka, /spec/kafka/listeners/0/type, inside",
    "Kafka, /spec/kafka/listeners/0/authentication/type, scram",
    "KafkaNodePool, /spec/roles/0, brokers",
    "KafkaNodePool, /spec/storage/volumes/0/type, persistent",
    "KafkaUser, /spec/authorization/acls/0/operations/0, Reed",
    "KafkaUser, /spec/authentication/type, scram-sha-256",
    "ScaledObject, /spec/fallback/behavior, currentReplicasIfGreater",
  })
  void aValueThatAnEnumerationDoesNotHaveIsFound(String kind, String pointer, String value) {
    // Given
    RenderedResource resource = first(kind);

    // When
    put(resource, pointer, JSON.getNodeFactory().textNode(value));

    // Then
    assertThat(StrictReader.problems(resource)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PodMonitor, /spec/podMetricsEndpoints/0/scheme, ftp",
    "PodMonitor, /spec/podMetricsEndpoints/0/interval, often",
    "PrometheusRule, /spec/groups/0/partial_response_strategy, never",
    "PrometheusRule, /spec/groups/0/rules/0/for, long",
  })
  void aValueThatOnlyTheDefinitionRefusesIsFoundWithTheDefinition(
      String kind, String pointer, String value) {
    // Given
    assumeTrue(CrdReader.ifPresent().isPresent(), CrdReader.searched());
    RenderedResource resource = first(kind);

    // When
    put(resource, pointer, JSON.getNodeFactory().textNode(value));

    // Then
    assertThat(StrictReader.problems(resource)).isNotEmpty();
  }

  @Test
  void faultsOfEachKindArePlanted() {
    // Given
    Set<String> kinds = new TreeSet<>();
    for (String overlay : Kustomization.overlays()) {
      Kustomization.overlay(overlay).all().forEach(resource -> kinds.add(resource.kind()));
    }

    // Then
    assertThat(planted("aFieldWithAWrongNameIsFound")).containsAll(kinds);
    assertThat(planted("aValueOfAnotherTypeIsFound")).containsAll(kinds);
    // These have no field with one of a few values.
    kinds.removeAll(Set.of("ConfigMap", "KafkaTopic", "TriggerAuthentication"));
    assertThat(
            Stream.of(
                    "aValueThatAnEnumerationDoesNotHaveIsFound",
                    "aValueThatOnlyTheDefinitionRefusesIsFoundWithTheDefinition")
                .flatMap(name -> planted(name).stream()))
        .containsAll(kinds);
  }

  private static Set<String> planted(String test) {
    for (Method method : PlantedFaultsTest.class.getDeclaredMethods()) {
      if (method.getName().equals(test)) {
        return Stream.of(method.getAnnotation(CsvSource.class).value())
            .map(row -> row.substring(0, row.indexOf(',')))
            .collect(Collectors.toSet());
      }
    }
    throw new AssertionError("no test " + test);
  }

  /** A copy of the first resource of a kind, which has no fault yet. */
  private static RenderedResource first(String kind) {
    RenderedResource resource = Kustomization.overlay(OVERLAY).ofKind(kind).get(0);
    assertThat(StrictReader.problems(resource)).isEmpty();
    return new RenderedResource(resource.json().deepCopy());
  }

  private static void put(RenderedResource resource, String pointer, JsonNode value) {
    JsonPointer place = JsonPointer.compile(pointer);
    JsonNode parent = resource.at(place.head().toString());
    assertThat(parent.isContainerNode()).as("%s of %s", place.head(), resource).isTrue();
    if (parent instanceof ArrayNode array) {
      var unused = array.set(place.last().getMatchingIndex(), value);
    } else {
      ((ObjectNode) parent).set(place.last().getMatchingProperty(), value);
    }
  }
}
