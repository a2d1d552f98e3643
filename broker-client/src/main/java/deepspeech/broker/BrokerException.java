package deepspeech.broker;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** A Kafka operation failed. The message is one line for an operator. */
public class BrokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BrokerException(String line) {
    super(line);
  }

  public BrokerException(String line, Throwable cause) {
    super(line, cause);
  }

  /**
   * Describes in one line what failed and why.
   *
   * @param topic the topic of the operation
   * @param operation Kafka's name of the operation, such as {@code CREATE} or {@code READ}: the
   *     operation that an access control entry has to allow
   * @param configuration holds the broker's address
   * @param failure as the Kafka client reported it, wrapped by a future or not
   */
  public static BrokerException onTopic(
      String topic, String operation, BrokerConfiguration configuration, Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof BrokerException known) {
      return known;
    }
    String broker = "broker " + configuration.bootstrapServers();
    if (cause instanceof AuthorizationException) {
      return new BrokerException(
          "topic %s: %s denies this client the operation %s: grant it"
              .formatted(topic, broker, operation),
          cause);
    }
    if (cause instanceof AuthenticationException) {
      return new BrokerException(broker + ": sign-in refused: " + firstLine(cause), cause);
    }
    if (cause instanceof UnknownTopicOrPartitionException) {
      return new BrokerException("topic %s: does not exist on %s".formatted(topic, broker), cause);
    }
    if (cause instanceof TimeoutException) {
      return new BrokerException(
          "topic %s: %s did not answer the operation %s in time"
              .formatted(topic, broker, operation),
          cause);
    }
    if (cause instanceof RecordTooLargeException) {
      return new BrokerException(
          "topic %s: a record is larger than %s accepts: %s"
              .formatted(topic, broker, firstLine(cause)),
          cause);
    }
    return new BrokerException(
        "topic %s: the operation %s failed on %s: %s"
            .formatted(topic, operation, broker, firstLine(cause)),
        cause);
  }

  /** True if the client lacks a right or its sign-in is refused. A retry does not help. */
  public boolean denied() {
    return getCause() instanceof AuthorizationException
        || getCause() instanceof AuthenticationException;
  }

  /** True if the broker does not know the topic. A retry helps if the topic is new. */
  public boolean unknownTopic() {
    return getCause() instanceof UnknownTopicOrPartitionException;
  }

  /** The first line of a failure's message, without the exceptions that futures wrap it in. */
  public static String line(Throwable failure) {
    return firstLine(unwrap(failure));
  }

  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** First line of a failure's message, or the name of its class if it has none. */
  public static String firstLine(Throwable cause) {
    String text = cause.getMessage();
    return text == null || text.isBlank()
        ? cause.getClass().getSimpleName()
        : text.lines().findFirst().orElse("");
  }
}
