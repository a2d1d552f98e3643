package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.Arrays;

/**
 * Decodes the samples of one channel in one frame. Not thread-safe.
 *
 * <p>Source: RFC 9639, section 9.2.
 */
final class FlacSubframe {
  private static final int MOST_ORDER = 32;
  private static final int FIXED = 8;
  private static final int MOST_FIXED_ORDER = 4;
  private static final int PREDICTED = 32;
  private static final int FORBIDDEN_PRECISION = 16;
  private static final int[][] FIXED_COEFFICIENTS = {{}, {1}, {2, -1}, {3, -3, 1}, {4, -6, 4, -1}};

  private final FlacBits in;
  private final int[] coefficients = new int[MOST_ORDER];
  private int order;
  private int shift;

  FlacSubframe(FlacBits in) {
    this.in = in;
  }

  /**
   * Decodes a channel of up to 32 bits.
   *
   * @param samples receives the samples
   * @param size number of samples
   * @param bits bits of a sample
   */
  void decode(int[] samples, int size, int bits) throws UnusableAudioException {
    int type = type();
    int wasted = wasted(bits);
    int left = bits - wasted;
    if (type == 0) {
      Arrays.fill(samples, 0, size, (int) in.signed(left));
    } else if (type == 1) {
      for (int i = 0; i < size; i++) {
        samples[i] = (int) in.signed(left);
      }
    } else {
      order = order(type, size);
      for (int i = 0; i < order; i++) {
        samples[i] = (int) in.signed(left);
      }
      predictor(type);
      residual(samples, size);
      predict(samples, size, left);
    }
    in.requireInside();
    if (wasted > 0) {
      for (int i = 0; i < size; i++) {
        samples[i] <<= wasted;
      }
    }
  }

  /**
   * Decodes a channel of 33 bits, the difference of two 32-bit channels.
   *
   * @param samples receives the samples
   * @param residual working memory; it is overwritten
   * @param size number of samples
   */
  void decodeWide(long[] samples, int[] residual, int size) throws UnusableAudioException {
    int bits = Integer.SIZE + 1;
    int type = type();
    int wasted = wasted(bits);
    int left = bits - wasted;
    if (type == 0) {
      Arrays.fill(samples, 0, size, in.signed(left));
    } else if (type == 1) {
      for (int i = 0; i < size; i++) {
        samples[i] = in.signed(left);
      }
    } else {
      order = order(type, size);
      for (int i = 0; i < order; i++) {
        samples[i] = in.signed(left);
      }
      predictor(type);
      residual(residual, size);
      int unused = Long.SIZE - left;
      for (int i = order; i < size; i++) {
        long sum = 0;
        for (int j = 0; j < order; j++) {
          sum += coefficients[j] * samples[i - 1 - j];
        }
        samples[i] = (sum >> shift) + residual[i];
        if (samples[i] << unused >> unused != samples[i]) {
          throw outOfRange();
        }
      }
    }
    in.requireInside();
    for (int i = 0; i < size; i++) {
      samples[i] <<= wasted;
    }
  }

  private int type() throws UnusableAudioException {
    if (in.unsigned(1) != 0) {
      throw damaged("a subframe does not begin with a zero");
    }
    int type = (int) in.unsigned(6);
    boolean isReserved =
        (type >= 2 && type < FIXED) || (type > FIXED + MOST_FIXED_ORDER && type < PREDICTED);
    if (isReserved) {
      throw damaged("a subframe is of the reserved type " + type);
    }
    return type;
  }

  /** Reads the number of low bits that are zero in every sample and are not stored. */
  private int wasted(int bits) throws UnusableAudioException {
    if (in.unsigned(1) == 0) {
      return 0;
    }
    int wasted = 1 + in.zeros();
    if (wasted >= bits) {
      throw damaged("all bits of a subframe are wasted");
    }
    return wasted;
  }

  private static int order(int type, int size) throws UnusableAudioException {
    int order = type < PREDICTED ? type - FIXED : type - PREDICTED + 1;
    if (order > size) {
      throw damaged("a subframe of %d samples has the order %d".formatted(size, order));
    }
    return order;
  }

  private void predictor(int type) throws UnusableAudioException {
    if (type < PREDICTED) {
      System.arraycopy(FIXED_COEFFICIENTS[order], 0, coefficients, 0, order);
      shift = 0;
    } else {
      int precision = 1 + (int) in.unsigned(4);
      shift = (int) in.signed(5);
      if (precision == FORBIDDEN_PRECISION || shift < 0) {
        throw damaged("a predictor has a precision or a shift that is not allowed");
      }
      for (int i = 0; i < order; i++) {
        coefficients[i] = (int) in.signed(precision);
      }
    }
    Arrays.fill(coefficients, order, MOST_ORDER, 0);
  }

  private void residual(int[] to, int size) throws UnusableAudioException {
    int method = (int) in.unsigned(2);
    if (method > 1) {
      throw damaged("residuals are in the reserved code " + method);
    }
    int parameterBits = 4 + method;
    int escape = (1 << parameterBits) - 1;
    int partitionOrder = (int) in.unsigned(4);
    int length = size >> partitionOrder;
    if (length << partitionOrder != size || length < order) {
      throw damaged(
          "%d samples of order %d are in %d partitions"
              .formatted(size, order, 1 << partitionOrder));
    }
    int from = order;
    for (int end = length; end <= size; end += length) {
      int parameter = (int) in.unsigned(parameterBits);
      if (parameter == escape) {
        plain(to, from, end);
      } else {
        in.rice(to, from, end, parameter);
      }
      in.requireInside();
      from = end;
    }
  }

  private void plain(int[] to, int from, int end) {
    int bits = (int) in.unsigned(5);
    for (int i = from; i < end; i++) {
      to[i] = bits == 0 ? 0 : (int) in.signed(bits);
    }
  }

  /**
   * Replaces residuals with samples in place. The first {@code order} values are samples already.
   */
  private void predict(int[] samples, int size, int bits) throws UnusableAudioException {
    int start = Math.min(size, (order + 3) & ~3);
    predictAny(samples, order, start);
    switch ((order + 3) / 4) {
      case 0 -> {
        // The residuals are the samples.
      }
      case 1 -> predict4(samples, start, size);
      case 2 -> predict8(samples, start, size);
      case 3 -> predict12(samples, start, size);
      default -> predictAny(samples, start, size);
    }
    int unused = Integer.SIZE - bits;
    int outside = 0;
    for (int i = order; i < size; i++) {
      outside |= samples[i] << unused >> unused ^ samples[i];
    }
    if (outside != 0) {
      throw outOfRange();
    }
  }

  private void predictAny(int[] samples, int from, int size) throws UnusableAudioException {
    for (int i = from; i < size; i++) {
      long sum = 0;
      for (int j = 0; j < order; j++) {
        sum += (long) coefficients[j] * samples[i - 1 - j];
      }
      samples[i] = (int) ((sum >> shift) + samples[i]);
    }
  }

  // The loops are unrolled. A loop over the coefficients of each sample takes twice as long.

  private void predict4(int[] samples, int from, int size) {
    long c0 = coefficients[0];
    long c1 = coefficients[1];
    long c2 = coefficients[2];
    long c3 = coefficients[3];
    for (int i = from; i < size; i++) {
      long sum =
          c3 * samples[i - 4] + c2 * samples[i - 3] + c1 * samples[i - 2] + c0 * samples[i - 1];
      samples[i] += (int) (sum >> shift);
    }
  }

  private void predict8(int[] samples, int from, int size) {
    long c0 = coefficients[0];
    long c1 = coefficients[1];
    long c2 = coefficients[2];
    long c3 = coefficients[3];
    long c4 = coefficients[4];
    long c5 = coefficients[5];
    long c6 = coefficients[6];
    long c7 = coefficients[7];
    for (int i = from; i < size; i++) {
      long sum =
          c7 * samples[i - 8]
              + c6 * samples[i - 7]
              + c5 * samples[i - 6]
              + c4 * samples[i - 5]
              + c3 * samples[i - 4]
              + c2 * samples[i - 3]
              + c1 * samples[i - 2]
              + c0 * samples[i - 1];
      samples[i] += (int) (sum >> shift);
    }
  }

  private void predict12(int[] samples, int from, int size) {
    long c0 = coefficients[0];
    long c1 = coefficients[1];
    long c2 = coefficients[2];
    long c3 = coefficients[3];
    long c4 = coefficients[4];
    long c5 = coefficients[5];
    long c6 = coefficients[6];
    long c7 = coefficients[7];
    long c8 = coefficients[8];
    long c9 = coefficients[9];
    long c10 = coefficients[10];
    long c11 = coefficients[11];
    for (int i = from; i < size; i++) {
      long sum =
          c11 * samples[i - 12]
              + c10 * samples[i - 11]
              + c9 * samples[i - 10]
              + c8 * samples[i - 9]
              + c7 * samples[i - 8]
              + c6 * samples[i - 7]
              + c5 * samples[i - 6]
              + c4 * samples[i - 5]
              + c3 * samples[i - 4]
              + c2 * samples[i - 3]
              + c1 * samples[i - 2]
              + c0 * samples[i - 1];
      samples[i] += (int) (sum >> shift);
    }
  }

  private static UnusableAudioException outOfRange() {
    return damaged("a sample has more bits than the file says");
  }

  private static UnusableAudioException damaged(String what) {
    return UnusableAudioException.broken("the FLAC file is damaged: " + what);
  }
}
