package deepspeech.speech.batching;

import deepspeech.messages.InvalidMessageException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the training utterances are ordered in the second and later epochs. */
public enum ShuffleMethod {
  /** Utterances in random order, whatever their duration. */
  INSTANCE_SHUFFLE,
  /** Batches of similar duration in random order. */
  BATCH_SHUFFLE,
  /** {@link #BATCH_SHUFFLE} without the utterances that fill no batch. */
  BATCH_SHUFFLE_CLIPPED;

  /**
   * Reads a configuration value.
   *
   * @throws InvalidMessageException if the value is not the name of a method
   */
  public static ShuffleMethod of(String value) {
    for (ShuffleMethod method : values()) {
      if (method.toString().equals(value)) {
        return method;
      }
    }
    throw InvalidMessageException.field(
        "shuffle_method",
        value,
        Arrays.stream(values()).map(ShuffleMethod::toString).collect(Collectors.joining(", ")));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
