package deepspeech.evaluator.testset;

import deepspeech.messages.identity.RunId;
import java.util.Set;

/** The topics that hold the test sets of runs. */
public interface TestTopics {
  /** The runs that have a test topic. */
  Set<RunId> runs() throws InterruptedException;

  /** Deletes the test topic of a run. Does nothing if the topic does not exist. */
  void delete(RunId run) throws InterruptedException;
}
