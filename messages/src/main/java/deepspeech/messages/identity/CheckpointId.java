package deepspeech.messages.identity;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import deepspeech.messages.InvalidMessageException;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Identifies a checkpoint by its position: {@code epoch-0023} after 23 complete epochs, {@code
 * epoch-0024-batch-002000} after 2000 batches of the 24th. Ordered by position.
 *
 * @param epoch the epoch in which the checkpoint lies or which it ends, from 1
 * @param batch number of completed batches of that epoch, from 1; 0 if the epoch is complete
 */
public record CheckpointId(int epoch, int batch) implements Comparable<CheckpointId> {
  private static final Pattern FORM = Pattern.compile("epoch-(\\d{4,6})(?:-batch-(\\d{6,9}))?");
  private static final Comparator<CheckpointId> BY_POSITION =
      Comparator.comparingInt(CheckpointId::epoch)
          .thenComparingInt(id -> id.batch == 0 ? Integer.MAX_VALUE : id.batch);

  public CheckpointId {
    InvalidMessageException.require(epoch >= 1, "epoch", epoch, "a whole number from 1");
    InvalidMessageException.require(batch >= 0, "batch", batch, "a whole number from 0");
  }

  public static CheckpointId endOfEpoch(int epoch) {
    return new CheckpointId(epoch, 0);
  }

  /**
   * Parses an id.
   *
   * @throws InvalidMessageException if the text is not a checkpoint id
   */
  @JsonCreator
  public static CheckpointId parse(String text) {
    Matcher matcher = FORM.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      throw notAnId(text);
    }
    CheckpointId id =
        new CheckpointId(
            Integer.parseInt(matcher.group(1)),
            matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2)));
    if (!id.toString().equals(text)) {
      throw notAnId(text);
    }
    return id;
  }

  private static InvalidMessageException notAnId(String text) {
    return InvalidMessageException.field(
        "checkpoint", text, "an id such as epoch-0023 or epoch-0024-batch-002000");
  }

  /** True if the checkpoint ends an epoch. */
  public boolean isEndOfEpoch() {
    return batch == 0;
  }

  @Override
  public int compareTo(CheckpointId other) {
    return BY_POSITION.compare(this, other);
  }

  @JsonValue
  @Override
  public String toString() {
    return isEndOfEpoch()
        ? String.format(Locale.ROOT, "epoch-%04d", epoch)
        : String.format(Locale.ROOT, "epoch-%04d-batch-%06d", epoch, batch);
  }
}
