package deepspeech.messages.run;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a run stands. */
public enum RunStatus {
  /** Its command was valid and waits its turn. */
  ACCEPTED,
  RUNNING,
  /** Ended by a {@code stop} command, at a checkpoint. */
  STOPPED,
  /** All epochs are trained. */
  FINISHED,
  FAILED,
  /** Its first command could not be carried out. */
  REJECTED;

  /** True if no trainer works or is about to work on the run. */
  public boolean ended() {
    return this != ACCEPTED && this != RUNNING;
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
