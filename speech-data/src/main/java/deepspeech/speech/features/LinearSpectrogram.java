package deepspeech.speech.features;

import static deepspeech.speech.features.FeatureShape.BINS;
import static deepspeech.speech.features.FeatureShape.HOP;
import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;
import static deepspeech.speech.features.FeatureShape.WINDOW;

/**
 * The logarithmic linear spectrogram that is the input of the model.
 *
 * <p>A frame is a window of 320 samples, every 160 samples of 16 kHz audio, without centring or
 * padding, multiplied by a symmetric Hann window. Its power {@code p} is the squared magnitude of
 * the discrete Fourier transform divided by {@code sum(window²) · sampleRate}, with bins 1 to 159
 * doubled (the one-sided power spectral density as in Welch, "The use of fast Fourier transform for
 * the estimation of power spectra", 1967). The feature is {@code ln(p + 1e-14)}.
 *
 * <p>An instance holds its working memory and allocates nothing per call. It must not be used by
 * several threads at once.
 */
public final class LinearSpectrogram {
  private static final float FLOOR = 1e-14f;

  /**
   * The number of windows transformed together: large enough for vector loops, small enough for a
   * level 2 cache.
   */
  private static final int LANES = 128;

  private final float[] window = new float[WINDOW];
  private final RealTransform transform = new RealTransform(LANES);
  private final float[][] power = new float[BINS][LANES];
  private final double energy;

  /** Prepares the tables. */
  public LinearSpectrogram() {
    double sum = 0;
    for (int i = 0; i < WINDOW; i++) {
      double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / (WINDOW - 1));
      window[i] = (float) hann;
      sum += hann * hann;
    }
    energy = sum;
  }

  /**
   * Computes the spectrogram of samples multiplied by a gain.
   *
   * @param samples 16 kHz mono audio
   * @param length number of valid samples
   * @param gain factor to multiply the samples by, see {@link GainNormalizer}
   * @param features receives the frames, [{@link FeatureShape#frames}(length), 161], frame after
   *     frame
   * @return the number of frames
   */
  public int compute(float[] samples, int length, double gain, float[] features) {
    int frames = FeatureShape.frames(length);
    if (features.length < (long) frames * BINS) {
      throw new IllegalArgumentException(
          "%d features do not hold %d frames of %d bins".formatted(features.length, frames, BINS));
    }
    float scale = (float) (gain * gain / (energy * SAMPLE_RATE * RealTransform.POWER_FACTOR));
    for (int first = 0; first < frames; first += LANES) {
      int count = Math.min(LANES, frames - first);
      for (int n = 0; n < WINDOW; n++) {
        gather(samples, first * HOP + n, window[n], transform.input(n), count);
      }
      transform.power(count, power);
      for (int bin = 0; bin < BINS; bin++) {
        boolean doubled = bin > 0 && bin < BINS - 1;
        scatter(power[bin], doubled ? 2 * scale : scale, features, first * BINS + bin, count);
      }
    }
    return frames;
  }

  private static void gather(float[] samples, int first, float weight, float[] row, int count) {
    for (int l = 0, at = first; l < count; l++, at += HOP) {
      row[l] = samples[at] * weight;
    }
  }

  private static void scatter(float[] row, float scale, float[] features, int first, int count) {
    for (int l = 0, at = first; l < count; l++, at += BINS) {
      features[at] = NaturalLog.of(row[l] * scale + FLOOR);
    }
  }
}
