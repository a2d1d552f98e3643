package deepspeech.messages.run;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The status of a run. */
public enum RunStatus {
  /** The command is valid, and the run is queued. */
  ACCEPTED,
  RUNNING,
  /** Stopped by a {@code stop} command, at a checkpoint. */
  STOPPED,
  /** All epochs are trained, or the run ended early because its test results did not get better. */
  FINISHED,
  FAILED,
  /** The first command could not be carried out. */
  REJECTED;

  /** True if no trainer works on the run or is about to. */
  public boolean ended() {
    return this != ACCEPTED && this != RUNNING;
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
