package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What becomes of a training text with characters that are not in the vocabulary. */
public enum UnknownCharacters {
  /** They are left out of its labels, and counted. */
  DROP_CHARACTER,
  /** The utterance is left out. */
  DROP_UTTERANCE,
  /** The run is refused. */
  FAIL_RUN;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
