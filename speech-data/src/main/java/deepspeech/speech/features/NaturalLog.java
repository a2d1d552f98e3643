package deepspeech.speech.features;

/**
 * Natural logarithm of positive normal floats, with an absolute or relative error of at most 2e-7.
 *
 * <p>The mantissa is divided by the nearest of 512 table entries, whose logarithm is known. The
 * quotient is near 1, and its logarithm is computed by the first terms of the power series. Source:
 * P. T. P. Tang, "Table-driven implementation of the logarithm function in IEEE floating-point
 * arithmetic" (1990).
 */
final class NaturalLog {
  private static final int ENTRIES = 512;
  private static final int INDEX_SHIFT = 23 - 9;
  private static final int ONE_BITS = 0x3F800000;
  private static final float LN_2 = (float) Math.log(2);
  private static final float[] RECIPROCAL = new float[ENTRIES];
  private static final float[] LOGARITHM = new float[ENTRIES];

  static {
    for (int i = 0; i < ENTRIES; i++) {
      RECIPROCAL[i] = (float) (1 / (1 + (i + 0.5) / ENTRIES));
      LOGARITHM[i] = (float) -Math.log(RECIPROCAL[i]);
    }
  }

  private NaturalLog() {}

  /** Returns the logarithm of {@code x}, which must be positive, finite and not subnormal. */
  static float of(float x) {
    int bits = Float.floatToRawIntBits(x);
    int entry = (bits >> INDEX_SHIFT) & (ENTRIES - 1);
    float mantissa = Float.intBitsToFloat((bits & 0x7FFFFF) | ONE_BITS);
    float d = mantissa * RECIPROCAL[entry] - 1;
    return ((bits >> 23) - 127) * LN_2 + (LOGARITHM[entry] + (d - 0.5f * d * d));
  }
}
