package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why an utterance cannot be used. */
public enum SkipReason {
  /** The manifest line is empty or not a JSON object with the fields of a manifest line. */
  MALFORMED_LINE,
  /** An earlier line of the manifest names the same audio. */
  DUPLICATE_PATH,
  EMPTY_TEXT,
  /** The text has no character of the vocabulary. */
  NO_KNOWN_CHARACTER,
  /**
   * The text has a character outside the vocabulary, and the configuration drops such utterances.
   */
  UNKNOWN_CHARACTERS,
  TOO_SHORT,
  TOO_LONG,
  /** The audio file does not exist or cannot be opened. */
  MISSING_AUDIO,
  /** The audio path points outside the dataset root. */
  OUTSIDE_ROOT,
  /** The audio file cannot be decoded. */
  BROKEN_AUDIO,
  /** The audio is longer or shorter than the manifest says. */
  WRONG_DURATION,
  /** The samples have no energy. */
  SILENT,
  /** There are more labels than CTC can align with the output frames. */
  LABELS_EXCEED_FRAMES;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
