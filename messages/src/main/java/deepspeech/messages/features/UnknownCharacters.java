package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** What becomes of a training text with characters that are not in the vocabulary. */
public enum UnknownCharacters {
  /** They are left out of its labels, and counted. */
  DROP_CHARACTER,
  /** The utterance is left out. */
  DROP_UTTERANCE,
  /** The run is refused. */
  FAIL_RUN;

  /** The names, in words. */
  public static final String ALLOWED = "drop_character, drop_utterance or fail_run";

  /** Whether it is the name of one of them. */
  public static boolean isName(String text) {
    return Arrays.stream(values()).anyMatch(value -> value.toString().equals(text));
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
