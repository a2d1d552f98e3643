package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a text is changed before its characters are looked up in the vocabulary. */
public enum TextNormalisation {
  /** Unchanged, as in the manifest. */
  KEEP,
  /**
   * Chinese characters only, with traditional ones converted to simplified ones, as in the texts of
   * the manual's project.
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
