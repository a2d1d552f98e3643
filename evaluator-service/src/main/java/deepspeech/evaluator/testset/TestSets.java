package deepspeech.evaluator.testset;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.RunId;
import java.util.Map;

/** Opens test sets. */
@FunctionalInterface
public interface TestSets {
  /**
   * Opens the test set of a run.
   *
   * @param test specification of the test set
   * @param files SHA-256 of its files when the run began or was resumed, by data-prep's names;
   *     empty if unknown
   * @param again true to describe the set again even if it was described for an earlier test
   */
  TestSet open(RunId run, DataSpecification test, Map<String, String> files, boolean again)
      throws InterruptedException;
}
