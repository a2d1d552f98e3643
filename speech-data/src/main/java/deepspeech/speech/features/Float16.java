package deepspeech.speech.features;

/**
 * IEEE 754 binary16 (half precision) numbers, held in a {@code short}.
 *
 * <p>Source: IEEE 754-2019, 3.4 (format), 4.3.1 (round to nearest, ties to even). Java has this
 * only since version 20.
 */
public final class Float16 {
  private static final int SMALLEST_NORMAL = 0x38800000;
  private static final int TOO_LARGE = 0x47800000;
  private static final int INFINITY = 0x7F800000;

  private Float16() {}

  /**
   * Rounds a float to the nearest half, ties to even. A value that rounds beyond 65504 becomes
   * infinite; NaN stays NaN.
   */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7FFFFFFF;
    if (magnitude >= SMALLEST_NORMAL && magnitude < TOO_LARGE) {
      // Rounding may carry into the exponent, up to infinity, as intended.
      int rounded = magnitude + 0xFFF + ((magnitude >>> 13) & 1);
      return (short) (sign | ((rounded - (112 << 23)) >>> 13));
    }
    if (magnitude < SMALLEST_NORMAL) {
      // Adding 2^-1 leaves the subnormal half, rounded, in the lowest bits of the sum.
      float sum = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(sum) - 0x3F000000));
    }
    if (magnitude > INFINITY) {
      return (short) (sign | 0x7E00 | ((magnitude >>> 13) & 0x3FF));
    }
    return (short) (sign | 0x7C00);
  }

  /** The exact value of a half. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0) {
      float value = fraction * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    if (exponent == 0x1F) {
      return Float.intBitsToFloat(sign | INFINITY | (fraction << 13));
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }
}
