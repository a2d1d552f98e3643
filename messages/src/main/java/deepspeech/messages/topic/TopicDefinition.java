package deepspeech.messages.topic;

import java.util.Map;

/**
 * A topic as the services create it if it is missing.
 *
 * @param partitions at least 1
 * @param configuration Kafka topic configuration that overrides the broker's defaults
 */
public record TopicDefinition(String name, int partitions, Map<String, String> configuration) {
  public TopicDefinition {
    configuration = Map.copyOf(configuration);
  }
}
