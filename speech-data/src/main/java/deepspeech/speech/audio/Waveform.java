package deepspeech.speech.audio;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.speech.manifest.StatedDuration;
import java.util.Locale;

/**
 * Mono audio.
 *
 * <p>The samples are shared, not copied. The caller must not modify them afterwards.
 */
public final class Waveform {
  private static final double MICROSECONDS = 1e6;

  private final float[] samples;
  private final int sampleRate;

  /**
   * Wraps samples.
   *
   * @param samples amplitudes; full scale is [-1, 1]
   * @param sampleRate samples a second, greater than 0
   */
  public Waveform(float[] samples, int sampleRate) {
    if (sampleRate <= 0) {
      throw new IllegalArgumentException(
          "sampleRate is " + sampleRate + "; it must be greater than 0");
    }
    this.samples = samples;
    this.sampleRate = sampleRate;
  }

  /** The amplitudes, not a copy; full scale is [-1, 1]. */
  public float[] samples() {
    return samples;
  }

  /** Samples a second. */
  public int sampleRate() {
    return sampleRate;
  }

  /** Duration in seconds. */
  public double seconds() {
    return (double) samples.length / sampleRate;
  }

  /**
   * Refuses audio whose duration differs from the duration that its data set states.
   *
   * @param source source of the stated duration, for the message: {@code manifest} or {@code
   *     annotation}
   * @throws UnusableAudioException if the durations differ; the message has both
   */
  public void requireDuration(StatedDuration stated, String source) throws UnusableAudioException {
    if (!stated.allows(seconds())) {
      throw new UnusableAudioException(
          SkipReason.WRONG_DURATION,
          String.format(
              Locale.ROOT,
              "the audio lasts %.2f s; the %s says %s s",
              seconds(),
              source,
              Math.round(stated.seconds() * MICROSECONDS) / MICROSECONDS));
    }
  }
}
