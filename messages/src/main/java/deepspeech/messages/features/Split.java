package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which of a run's two manifests. */
public enum Split {
  TRAIN,
  TEST;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
