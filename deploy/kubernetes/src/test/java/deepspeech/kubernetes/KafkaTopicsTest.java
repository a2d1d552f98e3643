package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The topics that Strimzi's operator creates are those that services would create. */
class KafkaTopicsTest {
  @Test
  void theComponentHasTheSharedTopics() throws IOException {
    // When
    List<TopicDefinition> topics = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        new YAMLMapper()
            .readerFor(JsonNode.class)
            .readValues(Kustomization.ROOT.resolve("components/kafka/topics.yaml").toFile())) {
      documents.forEachRemaining(topic -> topics.add(definition(new RenderedResource(topic))));
    }

    // Then
    assertThat(topics).containsExactlyInAnyOrderElementsOf(Topics.shared());
  }

  @Test
  void theTopicOfRequestsHasPartitionsForAllReplicasThatThereMayBe() {
    // Given
    RenderedResources production = Kustomization.overlay("production");
    int replicas = production.get("ScaledObject", "data-prep").at("/spec/maxReplicaCount").asInt();

    // When
    List<TopicDefinition> topics =
        production.ofKind("KafkaTopic").stream().map(KafkaTopicsTest::definition).toList();

    // Then
    assertThat(replicas).isPositive();
    assertThat(topics)
        .containsExactlyInAnyOrderElementsOf(
            Topics.shared().stream()
                .map(
                    topic ->
                        topic.name().equals(Topics.BATCH_REQUESTS)
                            ? new TopicDefinition(
                                topic.name(),
                                Topics.batchRequestPartitions(replicas),
                                topic.configuration())
                            : topic)
                .toList());
  }

  @Test
  void eachTopicHasThreeReplicasOfWhichTwoAcknowledgeAWrite() {
    // When
    RenderedResources production = Kustomization.overlay("production");

    // Then
    assertThat(production.ofKind("KafkaTopic"))
        .allMatch(topic -> topic.at("/spec/replicas").asInt() == 3)
        .allMatch(topic -> topic.at("/spec/config/min.insync.replicas").isMissingNode());
    assertThat(production.get("Kafka", "deepspeech").at("/spec/kafka/config/min.insync.replicas"))
        .hasToString("2");
    assertThat(production.get("KafkaNodePool", "brokers").at("/spec/replicas")).hasToString("3");
  }

  private static TopicDefinition definition(RenderedResource topic) {
    return new TopicDefinition(
        topic.name(),
        topic.at("/spec/partitions").asInt(),
        RenderedResource.texts(topic.at("/spec/config")));
  }
}
