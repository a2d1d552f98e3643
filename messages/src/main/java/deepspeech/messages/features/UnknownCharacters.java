package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a training text with characters outside the vocabulary is treated. */
public enum UnknownCharacters {
  /** The characters are dropped from the labels, and counted. */
  DROP_CHARACTER,
  /** The utterance is skipped. */
  DROP_UTTERANCE,
  /** The run is rejected. */
  FAIL_RUN;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
