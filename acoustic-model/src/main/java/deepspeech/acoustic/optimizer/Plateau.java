package deepspeech.acoustic.optimizer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.OptionalDouble;

/**
 * How often the schedule {@code plateau} has reduced the learning rate, and for what. It counts the
 * test result of one epoch after the other, as PyTorch's {@code ReduceLROnPlateau} with a threshold
 * of 0 does.
 *
 * @param results the results since the schedule began; the count begins anew with each reduction
 * @param reductions how often the learning rate was reduced
 */
public record Plateau(@JsonUnwrapped CountedResults results, int reductions) {
  /** Nothing is counted yet. */
  public static Plateau beginningWith(int epoch) {
    return new Plateau(CountedResults.beginningWith(epoch), 0);
  }

  /** Passes over the results up to an epoch. */
  public Plateau upTo(int epoch) {
    return new Plateau(results.upTo(epoch), reductions);
  }

  /**
   * Counts the result of the next epoch.
   *
   * @param cer the character error rate; empty if the epoch has no result, which changes nothing
   * @param patience the number of results in a row that need not be better than the best one
   */
  public Plateau next(OptionalDouble cer, int patience) {
    CountedResults next = results.next(cer);
    return next.epochsWithoutBetter() > patience
        ? new Plateau(next.anew(next.from()), reductions + 1)
        : new Plateau(next, reductions);
  }
}
