package deepspeech.broker.topics;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Compares the shared topics of a broker with {@link Topics#shared()}. A service keeps a topic as
 * it is, so one that an operator or an earlier build has created may have other settings.
 */
final class TopicComparison {
  private final BrokerConfiguration configuration;
  private final Admin admin;

  /**
   * Creates a comparison.
   *
   * @param admin connection to the broker of the configuration
   */
  TopicComparison(BrokerConfiguration configuration, Admin admin) {
    this.configuration = configuration;
    this.admin = admin;
  }

  /**
   * The differences, one line for each. Empty if the topics are as the services would create them.
   *
   * @throws BrokerException if a topic does not appear within 5 s, the client may not describe it
   *     or its configuration, or the broker does not answer
   */
  List<String> differences() throws InterruptedException {
    return TopicPropagation.await(this::compare);
  }

  private List<String> compare() throws InterruptedException {
    List<TopicDefinition> expected =
        Topics.shared().stream().map(configuration.layout()::topic).toList();
    var descriptions =
        admin
            .describeTopics(expected.stream().map(TopicDefinition::name).toList())
            .topicNameValues();
    var configurations =
        admin.describeConfigs(expected.stream().map(TopicComparison::resource).toList()).values();
    List<String> lines = new ArrayList<>();
    for (TopicDefinition topic : expected) {
      comparePartitions(topic, await(topic, "DESCRIBE", descriptions.get(topic.name())), lines);
      compareConfiguration(
          topic, await(topic, "DESCRIBE_CONFIGS", configurations.get(resource(topic))), lines);
    }
    return List.copyOf(lines);
  }

  private static ConfigResource resource(TopicDefinition topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
  }

  private <V> V await(TopicDefinition topic, String operation, KafkaFuture<V> answer)
      throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw BrokerException.onTopic(topic.name(), operation, configuration, e);
    }
  }

  private void comparePartitions(
      TopicDefinition expected, TopicDescription found, List<String> lines) {
    int partitions = found.partitions().size();
    // Replicas of data-prep add partitions to the topic of requests.
    boolean grows = expected.name().equals(configuration.name(Topics.BATCH_REQUESTS));
    if (partitions < expected.partitions() || (partitions > expected.partitions() && !grows)) {
      lines.add(line(expected.name(), "partitions", partitions, expected.partitions()));
    }
  }

  private static void compareConfiguration(
      TopicDefinition expected, Config found, List<String> lines) {
    new TreeMap<>(expected.configuration())
        .forEach(
            (setting, value) -> {
              ConfigEntry entry = found.get(setting);
              String actual = entry == null ? "" : entry.value();
              if (!value.equals(actual)) {
                lines.add(line(expected.name(), setting, actual, value));
              }
            });
  }

  private static String line(String topic, String setting, Object found, Object wanted) {
    return "topic %s: %s is %s, expected %s".formatted(topic, setting, found, wanted);
  }
}
