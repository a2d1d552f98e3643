package deepspeech.evaluator.sharing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import deepspeech.messages.evaluation.SampleTranscript;
import java.util.Set;

/**
 * A part of a test: some consecutive batches of the test set.
 *
 * @param from first batch, from 0
 * @param end the batch after the last one
 * @param evaluator name of the evaluator that has taken it; null if none has
 * @param counts its result; null until it is finished
 */
public record TestRange(int from, int end, String evaluator, TestCounts counts) {
  /** True if it has a result. */
  @JsonIgnore
  public boolean isFinished() {
    return counts != null;
  }

  /** True if an evaluator that lives works on it. */
  boolean isTaken(Set<String> living) {
    return counts == null && evaluator != null && living.contains(evaluator);
  }

  boolean isFree(Set<String> living) {
    return counts == null && !isTaken(living);
  }

  TestRange takenBy(String name) {
    return new TestRange(from, end, name, null);
  }

  /** The same with those of its transcripts that are among the chosen ones. */
  TestRange retaining(Set<SampleTranscript> chosen) {
    return counts == null
        ? this
        : finished(
            new TestCounts(
                counts.corpus(),
                counts.skipped(),
                counts.samples().stream().filter(chosen::contains).toList()));
  }

  TestRange finished(TestCounts result) {
    return new TestRange(from, end, evaluator, result);
  }
}
