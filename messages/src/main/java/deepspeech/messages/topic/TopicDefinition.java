package deepspeech.messages.topic;

import java.util.Map;
import java.util.OptionalInt;

/**
 * A topic as the services create it if it is missing.
 *
 * @param partitions at least 1
 * @param replication number of replicas; empty for the broker's default
 * @param configuration Kafka topic configuration that overrides the broker's defaults
 */
public record TopicDefinition(
    String name, int partitions, OptionalInt replication, Map<String, String> configuration) {
  public TopicDefinition {
    configuration = Map.copyOf(configuration);
  }

  /** A topic with the broker's default number of replicas, so that it fits every cluster. */
  public TopicDefinition(String name, int partitions, Map<String, String> configuration) {
    this(name, partitions, OptionalInt.empty(), configuration);
  }
}
