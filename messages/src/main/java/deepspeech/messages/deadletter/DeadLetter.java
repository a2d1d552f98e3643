package deepspeech.messages.deadletter;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * A message or utterance that could not be used, with the reason.
 *
 * <p>Long texts are cut, because a message near the broker's size limit would not fit into another
 * message.
 *
 * @param kind {@code utterance} or the kind of message: {@code command}, {@code batch-request},
 *     {@code checkpoint}; {@code delayed-test} for a checkpoint whose test is retried
 * @param run the run of the message; null if it cannot be determined
 * @param subject path of the audio file, id of the command, id of the checkpoint, or
 *     topic/partition/offset
 * @param split of an utterance; null otherwise
 * @param utterance line number in the manifest, from 1; null if it is not an utterance
 * @param reason a code: for an utterance a {@link SkipReason}, otherwise {@code rejected}, {@code
 *     unreadable} or {@code delayed}
 * @param detail one line for a person
 * @param original the text of the message, if it is text; null for an utterance
 */
public record DeadLetter(
    String kind,
    String run,
    String subject,
    String split,
    Long utterance,
    String reason,
    String detail,
    String original,
    Instant time) {
  public static final String UTTERANCE = "utterance";
  public static final String COMMAND = "command";
  public static final String BATCH_REQUEST = "batch-request";
  public static final String CHECKPOINT = "checkpoint";

  /** A delayed test of a checkpoint. It is retried until it succeeds. */
  public static final String DELAYED_TEST = "delayed-test";

  public static final String REJECTED = "rejected";
  public static final String UNREADABLE = "unreadable";
  public static final String DELAYED = "delayed";

  private static final int LONGEST_NAME = 1000;
  private static final int LONGEST_DETAIL = 3000;
  private static final int LONGEST_ORIGINAL = 10_000;

  public DeadLetter {
    InvalidMessageException.require(kind != null, "kind", null, "a kind of message, or utterance");
    InvalidMessageException.require(reason != null, "reason", null, "a reason code");
    run = cut(run, LONGEST_NAME);
    subject = cut(subject, LONGEST_NAME);
    detail = cut(detail, LONGEST_DETAIL);
    original = cut(original, LONGEST_ORIGINAL);
  }

  /** A skipped utterance of a split. */
  public static DeadLetter utterance(
      RunId run, Split split, SkippedUtterance skipped, Instant time) {
    return new DeadLetter(
        UTTERANCE,
        run.toString(),
        skipped.path(),
        split.toString(),
        skipped.utterance(),
        skipped.reason().toString(),
        skipped.detail(),
        null,
        time);
  }

  /**
   * A message that cannot be carried out.
   *
   * @param kind {@link #COMMAND} or {@link #CHECKPOINT}
   * @param body the bytes of the message
   */
  public static DeadLetter rejected(
      String kind, RunId run, String subject, String detail, byte[] body, Instant time) {
    return message(kind, run.toString(), subject, REJECTED, detail, text(body), time);
  }

  /**
   * A message that cannot be read, and that names no run.
   *
   * @param kind {@link #COMMAND}, {@link #BATCH_REQUEST} or {@link #CHECKPOINT}
   * @param body the bytes of the message; null if it has none
   */
  public static DeadLetter unreadable(
      String kind, String subject, String detail, byte[] body, Instant time) {
    return message(kind, null, subject, UNREADABLE, detail, text(body), time);
  }

  /**
   * A message that cannot be read.
   *
   * @param kind {@link #COMMAND}, {@link #BATCH_REQUEST} or {@link #CHECKPOINT}
   * @param key the Kafka key of the message, by which its run is found; null if it has none
   * @param body the bytes of the message; null if it has none
   */
  public static DeadLetter unreadable(
      String kind, String key, String subject, String detail, byte[] body, Instant time) {
    return message(kind, key, subject, UNREADABLE, detail, text(body), time);
  }

  /** A test of a checkpoint that is delayed and retried. */
  public static DeadLetter delayedTest(
      RunId run, CheckpointId checkpoint, String detail, Instant time) {
    return message(
        DELAYED_TEST, run.toString(), checkpoint.toString(), DELAYED, detail, null, time);
  }

  private static DeadLetter message(
      String kind,
      String run,
      String subject,
      String reason,
      String detail,
      String original,
      Instant time) {
    return new DeadLetter(kind, run, subject, null, null, reason, detail, original, time);
  }

  /** This letter without the original message, and with shortened texts. */
  public DeadLetter summary(UnaryOperator<String> shortened) {
    return new DeadLetter(
        shortened.apply(kind),
        run,
        shortened.apply(subject),
        shortened.apply(split),
        utterance,
        shortened.apply(reason),
        shortened.apply(detail),
        null,
        time);
  }

  private static String text(byte[] body) {
    return body == null ? "" : new String(body, StandardCharsets.UTF_8);
  }

  private static String cut(String text, int longest) {
    return text == null || text.length() <= longest ? text : text.substring(0, longest) + "...";
  }
}
