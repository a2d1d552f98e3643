package deepspeech.evaluator.sharing;

import deepspeech.messages.features.DataSetDescription;
import java.util.ArrayList;
import java.util.List;

/**
 * The ranges into which a test set is divided. They depend on the test set alone, so a result does
 * not depend on the number of evaluators.
 *
 * @param data fingerprint of the test set
 * @param skipped number of utterances that are in no batch
 */
record TestPlan(String data, int skipped, List<TestRange> ranges) {
  /** So many evaluators can share one test, and a killed one loses at most that part of it. */
  private static final int MOST_RANGES = 16;

  /** Shorter ranges would cost more in waits for their first batch than sharing gains. */
  private static final int FEWEST_BATCHES = 4;

  static TestPlan of(DataSetDescription description) {
    int batches = description.batches()[0];
    int size = Math.max(FEWEST_BATCHES, (batches + MOST_RANGES - 1) / MOST_RANGES);
    List<TestRange> ranges = new ArrayList<>();
    for (int from = 0; from < batches; from += size) {
      ranges.add(new TestRange(from, Math.min(batches, from + size), null, null));
    }
    return new TestPlan(
        description.fingerprint(),
        description.skipped().values().stream().mapToInt(Integer::intValue).sum(),
        ranges);
  }
}
