package deepspeech.speech.audio;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.Locale;

/**
 * The sample frames of a recording that a segment covers.
 *
 * @param first index of the first frame, from 0
 * @param count number of frames, at least 1
 */
record Frames(long first, int count) {
  /**
   * Converts a segment to frames, rounded to the nearest frame.
   *
   * @param available number of frames of the recording
   * @param maxSeconds largest allowed duration of a segment
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
    // Rounding the end and not the length prevents overlap of consecutive segments.
    long end =
        Math.min(available, Math.round((segment.offset() + segment.duration()) * sampleRate));
    AudioLimits.check(end - first, sampleRate, maxSeconds);
    return new Frames(first, (int) Math.max(1, end - first));
  }
}
