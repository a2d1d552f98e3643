package deepspeech.speech.audio.codec;

import java.time.Duration;

/**
 * How long a codec process may take before it counts as hanging.
 *
 * @param start until it is ready, with its libraries unpacked
 * @param processor processor time for any stream, beside half of its duration
 * @param clock time on the clock for any stream, beside ten times its duration: a machine may be
 *     busy, or asleep
 * @param idle how long an unused process is kept
 */
record DecodingLimits(Duration start, Duration processor, Duration clock, Duration idle) {
  static final DecodingLimits USUAL =
      new DecodingLimits(
          Duration.ofMinutes(2),
          Duration.ofSeconds(5),
          Duration.ofMinutes(2),
          Duration.ofMinutes(1));

  /** Of processor time, for a stream that lasts at most so long. */
  Duration processor(Duration audio) {
    return processor.plus(audio.dividedBy(2));
  }

  /** Of time on the clock, for a stream that lasts at most so long. */
  Duration clock(Duration audio) {
    return clock.plus(audio.multipliedBy(10));
  }
}
