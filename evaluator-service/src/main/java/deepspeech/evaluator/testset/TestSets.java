package deepspeech.evaluator.testset;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.run.RunId;

/** Where test sets come from. */
@FunctionalInterface
public interface TestSets {
  /**
   * Opens the test set of a run at its beginning.
   *
   * @param test what it is made of
   */
  TestSet open(RunId run, DataSpecification test) throws InterruptedException;
}
