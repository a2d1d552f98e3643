package deepspeech.speech.features;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.speech.audio.UnusableAudioException;
import java.util.Locale;

/**
 * The gain that brings audio to a root mean square of -20 dB relative to full scale, up to 300 dB,
 * as the seed's {@code AudioSegment.normalize}.
 */
public final class GainNormalizer {
  private static final double TARGET_DB = -20;
  private static final double MAX_GAIN_DB = 300;

  private GainNormalizer() {}

  /**
   * The factor to multiply samples by.
   *
   * @param samples audio
   * @param length how many of the samples count, at least 1
   * @throws UnusableAudioException if the audio is digital silence or so close to it that it would
   *     need more than 300 dB
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
   * Refuses what {@link #gain} refuses, mostly after a look at the first samples.
   *
   * @param samples audio
   * @param length how many of the samples count, at least 1
   * @throws UnusableAudioException as {@link #gain}
   */
  public static void requireAudible(float[] samples, int length) throws UnusableAudioException {
    double audible = Math.pow(10, (TARGET_DB - MAX_GAIN_DB) / 10) * length;
    for (int i = 0; i < length; i++) {
      // One sample this strong brings the mean square of all above the threshold.
      if ((double) samples[i] * samples[i] > 1.001 * audible) {
        return;
      }
    }
    gain(samples, length);
  }
}
