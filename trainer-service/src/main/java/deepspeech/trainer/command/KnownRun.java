package deepspeech.trainer.command;

import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;

/** A run of which a command may use the name again, or which it may resume. */
record KnownRun(RunState state) {
  /**
   * Returns true for a run that was rejected, or that ended before its first batch. Nothing is lost
   * if a new run uses its name.
   */
  boolean isNameFree() {
    if (state.status() == RunStatus.REJECTED) {
      return true;
    }
    Position position = state.position();
    return hasNothingToResume()
        && state.status() != RunStatus.FINISHED
        && (position == null || (position.epoch() == 1 && position.batch() == 0));
  }

  /** Returns true for a run that ended before its first checkpoint. */
  boolean hasNothingToResume() {
    return state.status().ended() && state.lastCheckpoint() == null;
  }
}
