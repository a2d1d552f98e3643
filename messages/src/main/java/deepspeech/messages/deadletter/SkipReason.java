package deepspeech.messages.deadletter;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why an utterance cannot be used. */
public enum SkipReason {
  /** The manifest line is empty or not the JSON object that a manifest line is. */
  MALFORMED_LINE,
  /** The manifest has named the same audio before. */
  DUPLICATE_PATH,
  EMPTY_TEXT,
  /** The text has no character of the vocabulary. */
  NO_KNOWN_CHARACTER,
  /** The text has a character outside the vocabulary, and such utterances are to be dropped. */
  UNKNOWN_CHARACTERS,
  TOO_SHORT,
  TOO_LONG,
  /** The audio file does not exist or cannot be opened. */
  MISSING_AUDIO,
  /** The audio path leads outside the dataset root. */
  OUTSIDE_ROOT,
  /** The audio file cannot be decoded. */
  BROKEN_AUDIO,
  /** The audio lasts longer or shorter than the manifest says. */
  WRONG_DURATION,
  /** The samples have no energy. */
  SILENT,
  /** More labels than the output frames can carry: CTC cannot fit. */
  LABELS_EXCEED_FRAMES;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
