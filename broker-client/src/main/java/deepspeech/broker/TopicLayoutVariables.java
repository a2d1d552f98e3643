package deepspeech.broker;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.topic.TopicLayout;
import java.util.List;

/** The environment variables that a {@link TopicLayout} is read from. */
final class TopicLayoutVariables {
  private static final String FEATURE_REPLICATION = "DEEPSPEECH_FEATURE_REPLICATION";
  private static final int MOST_REPLICAS = 32;

  private TopicLayoutVariables() {}

  /**
   * Reads {@code DEEPSPEECH_KAFKA_PREFIX}, {@code DEEPSPEECH_TOPIC_OWNER} and {@code
   * DEEPSPEECH_FEATURE_REPLICATION}.
   *
   * @throws InvalidMessageException naming the malformed variable
   */
  static TopicLayout read(EnvironmentVariables environment) {
    return new TopicLayout(
        environment.text(TopicLayout.PREFIX, ""),
        owner(environment.text(TopicLayout.OWNER, "services")),
        environment.number(FEATURE_REPLICATION, 1, MOST_REPLICAS));
  }

  private static TopicLayout.Owner owner(String text) {
    InvalidMessageException.require(
        List.of("services", "operator").contains(text),
        TopicLayout.OWNER,
        text,
        "services or operator");
    return text.equals("services") ? TopicLayout.Owner.SERVICES : TopicLayout.Owner.OPERATOR;
  }
}
