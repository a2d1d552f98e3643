package deepspeech.broker.topics;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
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
   * @throws BrokerException if a topic does not exist, the client may not describe it or its
   *     configuration, or the broker does not answer
   */
  List<String> differences() throws InterruptedException {
    List<String> lines = new ArrayList<>();
    for (TopicDefinition topic : Topics.shared()) {
      TopicDefinition wanted = configuration.layout().topic(topic);
      compare(topic, wanted, lines);
    }
    return List.copyOf(lines);
  }

  private void compare(TopicDefinition topic, TopicDefinition wanted, List<String> lines)
      throws InterruptedException {
    String name = wanted.name();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    String operation = "DESCRIBE";
    try {
      TopicDescription found =
          admin.describeTopics(List.of(name)).topicNameValues().get(name).get();
      operation = "DESCRIBE_CONFIGS";
      Config config = admin.describeConfigs(List.of(resource)).values().get(resource).get();
      int partitions = found.partitions().size();
      // Replicas of data-prep add partitions to the topic of requests.
      boolean grows = topic.name().equals(Topics.BATCH_REQUESTS);
      if (partitions < wanted.partitions() || (partitions > wanted.partitions() && !grows)) {
        lines.add(line(name, "partitions", partitions, wanted.partitions()));
      }
      for (Map.Entry<String, String> entry : new TreeMap<>(wanted.configuration()).entrySet()) {
        ConfigEntry value = config.get(entry.getKey());
        if (value == null || !entry.getValue().equals(value.value())) {
          lines.add(
              line(name, entry.getKey(), value == null ? "" : value.value(), entry.getValue()));
        }
      }
    } catch (ExecutionException e) {
      throw BrokerException.onTopic(name, operation, configuration, e);
    }
  }

  private static String line(String topic, String setting, Object found, Object wanted) {
    return "topic %s: %s is %s, expected %s".formatted(topic, setting, found, wanted);
  }
}
