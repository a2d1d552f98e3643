package deepspeech.messages.identity;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The part of a run's data: one of its two manifests. */
public enum Split {
  TRAIN,
  TEST;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
