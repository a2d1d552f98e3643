package deepspeech.trainer.run;

import deepspeech.messages.run.RunState;

/** The log of the states of runs: {@code deepspeech.runs}. */
@FunctionalInterface
public interface RunStateLog {
  /** Returns once the state is committed. */
  void append(RunState state);
}
