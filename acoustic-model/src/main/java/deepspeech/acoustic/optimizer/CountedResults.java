package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import java.util.OptionalDouble;

/**
 * The test results of a run that were counted, of one epoch after the other: the best one, and how
 * many in a row since then were not better. A result is better if its CER is lower than the best
 * one.
 *
 * @param from the first epoch whose result counts if it is not better, from 1
 * @param counted the last epoch whose result was counted, from 0
 * @param best the lowest CER so far; null if there is none
 * @param bestEpoch the epoch of the lowest CER; null if there is none, or if an earlier version
 *     counted it
 * @param epochsWithoutBetter the results since the best one or since the count began anew
 */
public record CountedResults(
    int from, int counted, Double best, Integer bestEpoch, int epochsWithoutBetter) {
  public CountedResults {
    InvalidMessageException.require(from >= 1, "from", from, "from 1");
    InvalidMessageException.require(counted >= 0, "counted", counted, "from 0");
  }

  /** No result is counted yet, and none of earlier epochs will be. */
  public static CountedResults beginningWith(int epoch) {
    return new CountedResults(epoch, epoch - 1, null, null, 0);
  }

  /** Passes over the results up to an epoch. */
  public CountedResults upTo(int epoch) {
    return new CountedResults(from, Math.max(counted, epoch), best, bestEpoch, epochsWithoutBetter);
  }

  /** Begins the count anew with the results from an epoch on. The best one stays. */
  public CountedResults anew(int epoch) {
    return new CountedResults(epoch, counted, best, bestEpoch, 0);
  }

  /**
   * Counts the result of the next epoch.
   *
   * @param cer the character error rate; empty if the epoch has no result, which changes nothing
   */
  public CountedResults next(OptionalDouble cer) {
    int epoch = counted + 1;
    if (cer.isEmpty()) {
      return upTo(epoch);
    }
    if (best == null || cer.getAsDouble() < best) {
      return new CountedResults(from, epoch, cer.getAsDouble(), epoch, 0);
    }
    return new CountedResults(
        from, epoch, best, bestEpoch, epochsWithoutBetter + (epoch < from ? 0 : 1));
  }
}
