package deepspeech.speech.augmentation;

import java.util.Arrays;

/**
 * Convolution by the fast Fourier transform with the overlap-add method (Stockham, "High-speed
 * convolution and correlation", 1966). Each complex transform processes two blocks of real samples.
 * An instance holds working memory and must not be used by several threads at once.
 */
final class Convolution {
  private static final int SMALLEST_TRANSFORM = 2048;

  private int size;

  /**
   * The cosines and sines of the angles of all stages: those of the stage {@code half} begin at
   * index {@code half}.
   */
  private float[] cosines = {};

  private float[] sines = {};
  private float[] real = {};
  private float[] imaginary = {};
  private float[] responseReal = {};
  private float[] responseImaginary = {};

  /**
   * Convolves and truncates: {@code output[n] = sum over k of samples[n + delay - k] response[k]},
   * for n from 0 to {@code length - 1}.
   *
   * @param length number of valid samples
   * @param response impulse response, at least one value
   * @param delay number of output samples to drop at the beginning, at least 0
   * @param output receives {@code length} values; must not be {@code samples}
   */
  void convolve(float[] samples, int length, float[] response, int delay, float[] output) {
    prepare(Math.max(SMALLEST_TRANSFORM, Integer.highestOneBit(response.length) * 4));
    load(response, 0, response.length, responseReal);
    Arrays.fill(responseImaginary, 0);
    transform(responseReal, responseImaginary);
    Arrays.fill(output, 0, length, 0);
    int block = size - response.length + 1;
    for (int first = 0; first < length; first += 2 * block) {
      int second = first + block;
      load(samples, first, Math.min(length, second), real);
      load(samples, Math.min(length, second), Math.min(length, second + block), imaginary);
      transform(real, imaginary);
      multiply();
      // The inverse transform is the forward transform with real and imaginary parts exchanged.
      transform(imaginary, real);
      add(real, first - delay, output, length);
      add(imaginary, second - delay, output, length);
    }
  }

  private static void load(float[] source, int from, int to, float[] target) {
    System.arraycopy(source, from, target, 0, to - from);
    Arrays.fill(target, to - from, target.length, 0);
  }

  private void multiply() {
    float scale = 1f / size;
    for (int k = 0; k < size; k++) {
      float a = real[k];
      float b = imaginary[k];
      real[k] = scale * (a * responseReal[k] - b * responseImaginary[k]);
      imaginary[k] = scale * (a * responseImaginary[k] + b * responseReal[k]);
    }
  }

  private static void add(float[] block, int at, float[] output, int length) {
    int to = Math.min(length, at + block.length);
    for (int n = Math.max(0, at); n < to; n++) {
      output[n] += block[n - at];
    }
  }

  private void prepare(int size) {
    if (this.size == size) {
      return;
    }
    this.size = size;
    cosines = new float[size];
    sines = new float[size];
    for (int half = 1; half < size; half *= 2) {
      for (int k = 0; k < half; k++) {
        cosines[half + k] = (float) StrictMath.cos(-Math.PI * k / half);
        sines[half + k] = (float) StrictMath.sin(-Math.PI * k / half);
      }
    }
    real = new float[size];
    imaginary = new float[size];
    responseReal = new float[size];
    responseImaginary = new float[size];
  }

  /** Transforms in place: radix 2, decimation in time (Cooley and Tukey, 1965). */
  private void transform(float[] re, float[] im) {
    int shift = Integer.numberOfLeadingZeros(size) + 1;
    for (int i = 0; i < size; i++) {
      int j = Integer.reverse(i) >>> shift;
      if (i < j) {
        float r = re[i];
        re[i] = re[j];
        re[j] = r;
        float m = im[i];
        im[i] = im[j];
        im[j] = m;
      }
    }
    for (int half = 1; half < size; half *= 2) {
      for (int start = 0; start < size; start += 2 * half) {
        butterflies(re, im, start, half);
      }
    }
  }

  private void butterflies(float[] re, float[] im, int start, int half) {
    for (int k = 0; k < half; k++) {
      float c = cosines[half + k];
      float s = sines[half + k];
      int upper = start + k;
      int lower = upper + half;
      float r = re[lower] * c - im[lower] * s;
      float m = re[lower] * s + im[lower] * c;
      re[lower] = re[upper] - r;
      im[lower] = im[upper] - m;
      re[upper] += r;
      im[upper] += m;
    }
  }
}
