package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import java.util.OptionalDouble;

/**
 * How often the schedule {@code plateau} has reduced the learning rate, and for what. It counts the
 * test result of one epoch after the other, as PyTorch's {@code ReduceLROnPlateau} with a threshold
 * of 0 does.
 *
 * @param from the first epoch whose result counts, from 1
 * @param counted the last epoch whose result was counted; {@code from} - 1 if there is none yet
 * @param best the lowest CER so far; null if there is none
 * @param epochsWithoutBetter the results since the best one or the last reduction
 * @param reductions how often the learning rate was reduced
 */
public record Plateau(int from, int counted, Double best, int epochsWithoutBetter, int reductions) {
  public Plateau {
    InvalidMessageException.require(from >= 1, "from", from, "from 1");
    InvalidMessageException.require(counted >= from - 1, "counted", counted, "at least from - 1");
  }

  /** Nothing is counted yet. */
  public static Plateau beginningWith(int epoch) {
    return new Plateau(epoch, epoch - 1, null, 0, 0);
  }

  /** Passes over the results up to an epoch. */
  public Plateau upTo(int epoch) {
    return new Plateau(from, Math.max(counted, epoch), best, epochsWithoutBetter, reductions);
  }

  /**
   * Counts the result of the next epoch.
   *
   * @param cer the character error rate; empty if the epoch has no result, which changes nothing
   * @param patience the number of results in a row that need not be better than the best one
   */
  public Plateau next(OptionalDouble cer, int patience) {
    if (cer.isEmpty()) {
      return new Plateau(from, counted + 1, best, epochsWithoutBetter, reductions);
    }
    if (best == null || cer.getAsDouble() < best) {
      return new Plateau(from, counted + 1, cer.getAsDouble(), 0, reductions);
    }
    boolean reduce = epochsWithoutBetter + 1 > patience;
    return new Plateau(
        from,
        counted + 1,
        best,
        reduce ? 0 : epochsWithoutBetter + 1,
        reductions + (reduce ? 1 : 0));
  }
}
