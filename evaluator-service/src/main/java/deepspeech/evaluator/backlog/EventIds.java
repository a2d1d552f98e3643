package deepspeech.evaluator.backlog;

import deepspeech.messages.metric.MetricName;
import java.util.Optional;

/**
 * The ids of the messages that result from the event of a checkpoint. They follow from the event's
 * id, so a message that is published again is known as the same message.
 */
public final class EventIds {
  private static final String EVALUATION = "/evaluation";
  private static final String DEAD_LETTER = "/dead-letter";

  private static final String DELAY = "/delayed/";

  private EventIds() {}

  /** The id of the evaluation. */
  public static String evaluation(String event) {
    return event + EVALUATION;
  }

  /** The id of the dead letter of a checkpoint that cannot be tested. */
  public static String deadLetter(String event) {
    return event + DEAD_LETTER;
  }

  /**
   * The id of a report that a test is delayed.
   *
   * @param number of the reports before it
   */
  public static String delay(String event, int number) {
    return event + DELAY + number;
  }

  /** True for the id of a report that a test is delayed. */
  static boolean isOfDelay(String id) {
    return id.contains(DELAY);
  }

  /** The id of a metric point. */
  public static String point(String event, MetricName name) {
    return event + "/" + name;
  }

  /** The id of the event for which an evaluation was published; empty for another message. */
  public static Optional<String> ofEvaluation(String id) {
    return without(id, EVALUATION);
  }

  /** The id of the event of a checkpoint that was dead-lettered; empty for another message. */
  public static Optional<String> ofDeadLetter(String id) {
    return without(id, DEAD_LETTER);
  }

  private static Optional<String> without(String id, String end) {
    return id.endsWith(end)
        ? Optional.of(id.substring(0, id.length() - end.length()))
        : Optional.empty();
  }
}
