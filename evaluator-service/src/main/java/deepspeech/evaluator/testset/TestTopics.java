package deepspeech.evaluator.testset;

import deepspeech.messages.run.RunId;
import java.util.Set;

/** The topics that hold the test sets of runs. */
public interface TestTopics {
  /** The runs that have one. */
  Set<RunId> runs() throws InterruptedException;

  /** Deletes that of a run; none is no error. */
  void delete(RunId run) throws InterruptedException;
}
