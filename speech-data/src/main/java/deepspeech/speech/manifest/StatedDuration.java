package deepspeech.speech.manifest;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.Waveform;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.Locale;

/**
 * The duration of an utterance as its data set states it.
 *
 * @param seconds greater than 0
 */
public record StatedDuration(double seconds) {
  private static final double TOLERATED_SECONDS = 0.25;
  private static final double TOLERATED_SHARE = 0.1;
  private static final double MICROSECONDS = 1e6;

  public StatedDuration {
    if (!(seconds > 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException(
          "duration is %s; it must be a finite number greater than 0".formatted(seconds));
    }
  }

  /**
   * Whether decoded audio matches the stated duration, within a tolerance. The tolerance is needed
   * because manifests round durations, some were written before silence was trimmed, and a segment
   * is cut at the end of its recording.
   *
   * @param actual duration of the decoded audio, in seconds
   * @return false if it differs by more than 0.25 s and by more than a tenth of the stated duration
   */
  public boolean allows(double actual) {
    return Math.abs(actual - seconds) <= Math.max(TOLERATED_SECONDS, TOLERATED_SHARE * seconds);
  }

  /**
   * Refuses audio whose duration differs from the stated duration.
   *
   * @param source source of the stated duration, for the message: {@code manifest} or {@code
   *     annotation}
   * @throws UnusableAudioException if the durations differ; the message has both
   */
  public void requireOf(Waveform waveform, String source) throws UnusableAudioException {
    if (!allows(waveform.seconds())) {
      throw new UnusableAudioException(
          SkipReason.WRONG_DURATION,
          String.format(
              Locale.ROOT,
              "the audio lasts %.2f s; the %s says %s s",
              waveform.seconds(),
              source,
              Math.round(seconds * MICROSECONDS) / MICROSECONDS));
    }
  }
}
