package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.topic.ConsumerGroups;
import deepspeech.messages.topic.Topics;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How KEDA chooses the number of data-prep replicas. */
class ScalingTest {
  /** The metadata of a trigger of type kafka in KEDA 2.17. Any other key is ignored by KEDA. */
  private static final Set<String> TRIGGER_METADATA =
      Set.of(
          "activationLagThreshold",
          "allowIdleConsumers",
          "bootstrapServers",
          "bootstrapServersFromEnv",
          "consumerGroup",
          "consumerGroupFromEnv",
          "ensureEvenDistributionOfPartitions",
          "excludePersistentLag",
          "lagThreshold",
          "limitToPartitionsWithLag",
          "offsetResetPolicy",
          "partitionLimitation",
          "sasl",
          "scaleToZeroOnInvalidOffset",
          "tls",
          "topic",
          "topicFromEnv",
          "unsafeSsl",
          "version");

  private static final Set<String> TRIGGER_PARAMETERS =
      Set.of("ca", "cert", "key", "keyPassword", "password", "sasl", "tls", "username");

  private final RenderedResources production = Kustomization.overlay("production");
  private final RenderedResource scaling = production.get("ScaledObject", "data-prep");
  private final JsonNode trigger = scaling.at("/spec/triggers/0");
  private final Map<String, String> metadata = RenderedResource.texts(trigger.path("metadata"));

  @Test
  void theTriggerHasKeysThatKedaReads() {
    assertThat(trigger.path("type").asText()).isEqualTo("kafka");
    assertThat(TRIGGER_METADATA).containsAll(metadata.keySet());
  }

  @Test
  void theTriggerFollowsTheRequestsOfTheGroup() {
    assertThat(metadata)
        .containsEntry("topic", Topics.BATCH_REQUESTS)
        .containsEntry("consumerGroup", ConsumerGroups.DATA_PREP)
        .containsEntry("offsetResetPolicy", "earliest")
        .doesNotContainKey("excludePersistentLag");
    assertThat(scaling.at("/spec/minReplicaCount").asInt()).isEqualTo(1);
  }

  @Test
  void aReplicaIsAddedWhenMoreRequestsWaitThanOneHasInWork() {
    // Given
    RenderedResource dataPrep = production.get("Deployment", "data-prep");

    // When
    int threads = dataPrep.containers().get(0).at("/resources/limits/cpu").asInt();

    // Then
    assertThat(production.environment(dataPrep))
        .doesNotContainKeys("DEEPSPEECH_DATA_PREP_THREADS", "DEEPSPEECH_DATA_PREP_REQUESTS");
    assertThat(threads).isPositive();
    assertThat(metadata).containsEntry("lagThreshold", String.valueOf(threads + 1));
  }

  @Test
  void kedaAloneSetsTheNumberOfReplicas() {
    // When
    String name = scaling.at("/spec/scaleTargetRef/name").asText();

    // Then
    assertThat(production.get("Deployment", name).at("/spec").has("replicas")).isFalse();
  }

  @Test
  void kedaSignsInAsAUserOfItsOwnAtAnAddressThatOtherNamespacesResolve() {
    // Given
    RenderedResource authentication =
        production.get("TriggerAuthentication", trigger.at("/authenticationRef/name").asText());
    JsonNode username = authentication.at("/spec/configMapTargetRef/0");

    // When
    String user =
        production.settings(username.path("name").asText()).get(username.path("key").asText());

    // Then
    assertThat(metadata)
        .containsEntry("sasl", "scram_sha512")
        .containsEntry("tls", "enable")
        .containsEntry("bootstrapServersFromEnv", "KAFKA_BOOTSTRAP_SERVERS");
    assertThat(authentication.json().findValuesAsText("parameter"))
        .containsExactlyInAnyOrder("username", "password", "ca")
        .isSubsetOf(TRIGGER_PARAMETERS);
    production.get("KafkaUser", user);
    assertThat(authentication.at("/spec/secretTargetRef/0/name").asText()).isEqualTo(user);
    assertThat(
            production
                .environment(production.get("Deployment", "data-prep"))
                .get("KAFKA_BOOTSTRAP_SERVERS"))
        .isEqualTo(
            "deepspeech-kafka-bootstrap.%s.svc:9093"
                .formatted(scaling.at("/metadata/namespace").asText()));
  }
}
