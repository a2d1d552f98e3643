package deepspeech.messages.features;

import deepspeech.messages.InvalidMessageException;

/**
 * The durations of the utterances that are used.
 *
 * @param minDuration seconds, inclusive
 * @param maxDuration seconds, inclusive
 */
public record DurationLimits(double minDuration, double maxDuration) {
  public DurationLimits {
    InvalidMessageException.require(
        maxDuration <= DataSpecification.LONGEST_TEST_UTTERANCE_SECONDS,
        "max_duration",
        maxDuration,
        "at most 60");
  }
}
