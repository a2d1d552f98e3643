package deepspeech.dataprep.features;

/**
 * Natural logarithm of positive normal floats, to within 2e-7 of the exact value or of its size.
 *
 * <p>The argument is split into a power of two and a mantissa in [sqrt(1/2), sqrt(2)), whose
 * logarithm is a polynomial. Source: the Cephes library's {@code logf} (S. L. Moshier, 1992).
 */
final class NaturalLog {
  private static final int SQRT_HALF_BITS = 0x3F3504F3;
  private static final float LN_2_HIGH = 355f / 512;
  private static final float LN_2_LOW = -2.1219444e-4f;

  private NaturalLog() {}

  /** The logarithm of {@code x}, which is positive, finite and not subnormal. */
  static float of(float x) {
    int offset = Float.floatToRawIntBits(x) - SQRT_HALF_BITS;
    float e = offset >> 23;
    float m = Float.intBitsToFloat((offset & 0x7FFFFF) + SQRT_HALF_BITS) - 1f;
    float z = m * m;
    float high = (0.070376836f * m - 0.1151461f) * m + 0.116769984f;
    float middle = (-0.12420141f * m + 0.14249323f) * m - 0.16668057f;
    float low = (0.20000714f * m - 0.24999994f) * m + 0.3333333f;
    float cube = z * m;
    float y = cube * ((high * cube + middle) * cube + low);
    y += e * LN_2_LOW;
    y -= 0.5f * z;
    return m + y + e * LN_2_HIGH;
  }
}
