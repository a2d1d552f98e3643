package deepspeech.messages.topic;

import java.util.Set;

/**
 * What a client may do with a topic or a consumer group.
 *
 * @param name without the prefix of the installation; of all resources whose names begin with it if
 *     {@code prefixed}
 * @param operations by the names of Kafka's access control
 */
public record KafkaRight(
    Resource resource, String name, boolean prefixed, Set<Operation> operations) {
  /** Kinds of resources. */
  public enum Resource {
    TOPIC,
    GROUP
  }

  /** Operations. All except {@code DESCRIBE_CONFIGS} include {@code DESCRIBE}. */
  public enum Operation {
    ALTER,
    CREATE,
    DELETE,
    DESCRIBE,
    DESCRIBE_CONFIGS,
    READ,
    WRITE
  }

  public KafkaRight {
    operations = Set.copyOf(operations);
  }
}
