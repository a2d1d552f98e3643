package deepspeech.messages.configuration;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How the learning rate changes over a run. */
public enum ScheduleType {
  /** Multiplied by a constant factor from one epoch to the next, as in the manual. */
  EXPONENTIAL,
  /** Unchanged. */
  CONSTANT,
  /** A linear rise, then half a cosine down to a floor. */
  WARMUP_COSINE,
  /** A linear rise, then proportional to the inverse square root of the number of steps. */
  NOAM,
  /** Multiplied by a constant factor when the test CER has not become lower for some epochs. */
  PLATEAU;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
