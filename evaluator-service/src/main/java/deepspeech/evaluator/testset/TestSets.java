package deepspeech.evaluator.testset;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.run.RunId;
import java.util.Map;

/** Where test sets come from. */
@FunctionalInterface
public interface TestSets {
  /**
   * Opens the test set of a run at its beginning.
   *
   * @param test what it is made of
   * @param files SHA-256 of its files when the run began or was resumed, by data-prep's names;
   *     empty if that is not known
   */
  TestSet open(RunId run, DataSpecification test, Map<String, String> files)
      throws InterruptedException;
}
