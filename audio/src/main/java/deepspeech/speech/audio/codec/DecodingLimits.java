package deepspeech.speech.audio.codec;

import java.time.Duration;

/**
 * The time limits of a codec process. A process that exceeds one counts as hanging.
 *
 * @param start limit until the process is ready, including the unpacking of its libraries
 * @param processor base limit of processor time for a stream; half of the stream's duration is
 *     added
 * @param clock base limit of wall-clock time for a stream; ten times the stream's duration is
 *     added, because the machine may be busy or suspended
 * @param idle how long an unused process is kept
 */
record DecodingLimits(Duration start, Duration processor, Duration clock, Duration idle) {
  static final DecodingLimits USUAL =
      new DecodingLimits(
          Duration.ofMinutes(2),
          Duration.ofSeconds(5),
          Duration.ofMinutes(2),
          Duration.ofMinutes(1));

  /** Returns the limit of processor time for a stream of at most the given duration. */
  Duration processor(Duration audio) {
    return processor.plus(audio.dividedBy(2));
  }

  /** Returns the limit of wall-clock time for a stream of at most the given duration. */
  Duration clock(Duration audio) {
    return clock.plus(audio.multipliedBy(10));
  }
}
