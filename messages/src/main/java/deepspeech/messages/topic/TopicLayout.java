package deepspeech.messages.topic;

import static deepspeech.messages.InvalidMessageException.require;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How an installation uses the topics of its Kafka cluster: what makes its names differ from those
 * of other installations, and who creates the topics.
 *
 * @param prefix begins the names of all topics and consumer groups on the broker; empty for none
 * @param owner who creates the shared topics
 * @param featureReplication replicas of each feature topic; empty for the broker's default. A lost
 *     feature topic is created and filled again.
 */
public record TopicLayout(String prefix, Owner owner, OptionalInt featureReplication) {
  /** Names without a prefix, topics created by the services, the broker's replication. */
  public static final TopicLayout DEFAULT =
      new TopicLayout("", Owner.SERVICES, OptionalInt.empty());

  /** The variable of {@link #prefix}. */
  public static final String PREFIX = "DEEPSPEECH_KAFKA_PREFIX";

  /** The variable of {@link #owner}. */
  public static final String OWNER = "DEEPSPEECH_TOPIC_OWNER";

  private static final String PREFIX_FORM = "[a-zA-Z0-9._-]{0,64}";

  /** Creates the shared topics. */
  public enum Owner {
    /** A service creates a shared topic that is missing. */
    SERVICES,
    /** An operator creates the shared topics, and services wait for them. */
    OPERATOR
  }

  public TopicLayout {
    require(
        prefix != null && prefix.matches(PREFIX_FORM),
        PREFIX,
        prefix,
        "up to 64 letters, digits, dots, underscores and hyphens, such as team-a.");
  }

  /** The name on the broker of a topic or consumer group. */
  public String name(String name) {
    return prefix + name;
  }

  /**
   * The inverse of {@link #name}.
   *
   * @return empty if the name is not one of this installation
   */
  public Optional<String> withoutPrefix(String nameOnBroker) {
    return nameOnBroker.startsWith(prefix)
        ? Optional.of(nameOnBroker.substring(prefix.length()))
        : Optional.empty();
  }

  /** A topic as it is on the broker. */
  public TopicDefinition topic(TopicDefinition topic) {
    return new TopicDefinition(
        name(topic.name()), topic.partitions(), topic.replication(), topic.configuration());
  }

  /**
   * A feature topic as it is on the broker. With a replication of its own it needs only one replica
   * for a write, because the default of the broker may be more than the topic has.
   */
  public TopicDefinition featureTopic(TopicDefinition topic) {
    if (featureReplication.isEmpty()) {
      return topic(topic);
    }
    Map<String, String> configuration = new HashMap<>(topic.configuration());
    configuration.put("min.insync.replicas", "1");
    return new TopicDefinition(
        name(topic.name()), topic.partitions(), featureReplication, configuration);
  }
}
