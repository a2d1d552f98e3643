package deepspeech.speech.audio;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.speech.manifest.Segment;
import java.util.Locale;

/**
 * The sample frames of a recording that a segment is.
 *
 * @param first from 0
 * @param count at least 1
 */
record Frames(long first, int count) {
  /**
   * Finds the frames, to the nearest one.
   *
   * @param available that the recording has
   * @param maxSeconds a longer segment is refused
   * @throws UnusableAudioException if the recording ends before the segment begins, or if the
   *     segment is too long
   */
  static Frames of(Segment segment, long available, int sampleRate, double maxSeconds)
      throws UnusableAudioException {
    long first = Math.round(segment.offset() * sampleRate);
    if (first >= available) {
      throw new UnusableAudioException(
          SkipReason.WRONG_DURATION,
          String.format(
              Locale.ROOT,
              "the segment begins at %s s; the recording lasts %.2f s",
              segment.offset(),
              (double) available / sampleRate));
    }
    // Rounding the end, not the length, keeps segments that follow each other apart.
    long end =
        Math.min(available, Math.round((segment.offset() + segment.duration()) * sampleRate));
    AudioLimits.check(end - first, sampleRate, maxSeconds);
    return new Frames(first, (int) Math.max(1, end - first));
  }
}
