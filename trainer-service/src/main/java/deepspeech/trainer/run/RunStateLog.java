package deepspeech.trainer.run;

import deepspeech.messages.run.RunState;

/** Where the states of runs are kept: {@code deepspeech.runs}. */
@FunctionalInterface
public interface RunStateLog {
  /** Returns once the state is kept. */
  void append(RunState state);
}
