package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What becomes of a text before its characters are looked up in the vocabulary. */
public enum TextNormalisation {
  /** As the manifest has it. */
  KEEP,
  /**
   * Chinese characters alone, traditional ones as simplified ones, as the manual's project prepares
   * its texts.
   */
  MANDARIN,
  /** Letters, digits, apostrophes and single spaces, in lower case. */
  LOWER_CASE;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
