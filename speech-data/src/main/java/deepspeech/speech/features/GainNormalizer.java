package deepspeech.speech.features;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.Locale;

/**
 * The gain that brings audio to a root mean square of -20 dB relative to full scale, at most 300
 * dB, like the Python project's {@code AudioSegment.normalize}.
 */
public final class GainNormalizer {
  private static final double TARGET_DB = -20;
  private static final double MAX_GAIN_DB = 300;

  private GainNormalizer() {}

  /**
   * Returns the factor to multiply the samples by.
   *
   * @param samples audio
   * @param length number of valid samples, at least 1
   * @throws UnusableAudioException if the audio is digital silence, or would need a gain of more
   *     than 300 dB
   */
  public static double gain(float[] samples, int length) throws UnusableAudioException {
    double meanSquare = Energy.of(samples, length) / length;
    double gainDb = TARGET_DB - 10 * Math.log10(meanSquare);
    if (gainDb > MAX_GAIN_DB) {
      throw new UnusableAudioException(
          SkipReason.SILENT,
          meanSquare == 0
              ? "the audio is digital silence"
              : String.format(
                  Locale.ROOT,
                  "the audio needs a gain of %.0f dB to reach %.0f dB; at most %.0f dB are allowed",
                  gainDb,
                  TARGET_DB,
                  MAX_GAIN_DB));
    }
    return Math.pow(10, gainDb / 20);
  }

  /**
   * Refuses the audio that {@link #gain} refuses. It mostly needs to examine only the first
   * samples.
   *
   * @param samples audio
   * @param length number of valid samples, at least 1
   * @throws UnusableAudioException as {@link #gain}
   */
  public static void requireAudible(float[] samples, int length) throws UnusableAudioException {
    double audible = Math.pow(10, (TARGET_DB - MAX_GAIN_DB) / 10) * length;
    for (int i = 0; i < length; i++) {
      // One sample of this strength brings the mean square of all samples above the threshold.
      if ((double) samples[i] * samples[i] > 1.001 * audible) {
        return;
      }
    }
    gain(samples, length);
  }
}
