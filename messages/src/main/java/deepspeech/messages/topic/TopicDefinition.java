package deepspeech.messages.topic;

import java.util.Map;

/**
 * A topic as the services create it where it is missing.
 *
 * @param partitions at least 1
 * @param configuration Kafka topic configuration beside the broker's defaults
 */
public record TopicDefinition(String name, int partitions, Map<String, String> configuration) {
  public TopicDefinition {
    configuration = Map.copyOf(configuration);
  }
}
