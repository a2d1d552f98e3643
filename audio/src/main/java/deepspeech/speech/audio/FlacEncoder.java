package deepspeech.speech.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Encodes 16-bit mono audio as FLAC with the fixed predictors. No maintained Java library encodes
 * FLAC.
 *
 * <p>Source: RFC 9639, "Free Lossless Audio Codec (FLAC)" (2024); the comments below name its
 * sections. Not thread-safe.
 */
final class FlacEncoder {
  private static final int BLOCK = 4096;
  private static final int MAX_ORDER = 4;
  private static final int MAX_PARTITION_ORDER = 6;
  private static final int MAX_RICE_PARAMETER = 14;

  private final Pcm16 audio;
  private final BitWriter bits = new BitWriter();

  FlacEncoder(Pcm16 audio) {
    this.audio = audio;
  }

  byte[] encode() {
    streamInfo();
    int frame = 0;
    for (int begin = 0; begin < audio.samples().length; begin += BLOCK) {
      int end = Math.min(audio.samples().length, begin + BLOCK);
      frame(frame++, Arrays.copyOfRange(audio.samples(), begin, end));
    }
    return bits.toByteArray();
  }

  /** Writes STREAMINFO (section 8.2). */
  private void streamInfo() {
    bits.write('f', 8);
    bits.write('L', 8);
    bits.write('a', 8);
    bits.write('C', 8);
    bits.write(1, 1); // this is the last metadata block
    bits.write(0, 7);
    bits.write(34, 24);
    bits.write(BLOCK, 16);
    bits.write(BLOCK, 16);
    bits.write(0, 24); // frame sizes are unknown
    bits.write(0, 24);
    bits.write(audio.sampleRate(), 20);
    bits.write(0, 3); // channels minus 1
    bits.write(15, 5); // bits minus 1
    bits.write(0, 4); // top 4 of the 36 bits of the number of samples
    bits.write(audio.samples().length, 32);
    for (byte b : md5()) {
      bits.write(b & 0xFF, 8);
    }
  }

  private byte[] md5() {
    ByteBuffer bytes =
        ByteBuffer.allocate(2 * audio.samples().length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(audio.samples());
    try {
      return MessageDigest.getInstance("MD5").digest(bytes.array());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  /** Writes a frame (section 9). */
  private void frame(int number, short[] samples) {
    int begin = bits.size();
    bits.write(0xFFF8, 16); // fixed block size
    bits.write(samples.length == BLOCK ? 12 : 7, 4);
    bits.write(0, 4); // the sample rate is that of STREAMINFO
    bits.write(0, 4); // mono
    bits.write(4, 3); // 16 bits
    bits.write(0, 1);
    utf8(number);
    if (samples.length != BLOCK) {
      bits.write(samples.length - 1, 16);
    }
    bits.write(bits.checksum(begin, 0x07, 8), 8);
    subframe(samples);
    bits.fillByte();
    bits.write(bits.checksum(begin, 0x8005, 16), 16);
  }

  /** Writes the number of a frame in the UTF-8 encoding of characters (section 9.1.5). */
  private void utf8(int number) {
    if (number < 0x80) {
      bits.write(number, 8);
      return;
    }
    int more = 1;
    while ((number >> (6 * more)) >= (1 << (6 - more))) {
      more++;
    }
    bits.write(((0xFF00 >> (more + 1)) & 0xFF) | (number >> (6 * more)), 8);
    for (int shift = 6 * (more - 1); shift >= 0; shift -= 6) {
      bits.write(0x80 | ((number >> shift) & 0x3F), 8);
    }
  }

  /**
   * Writes a subframe: constant, verbatim, or the fixed predictor with the fewest bits (section
   * 9.2).
   */
  private void subframe(short[] samples) {
    boolean constant = true;
    for (short sample : samples) {
      constant &= sample == samples[0];
    }
    if (constant) {
      bits.write(0, 8);
      bits.write(samples[0] & 0xFFFF, 16);
      return;
    }
    int[] residual = new int[samples.length];
    for (int i = 0; i < samples.length; i++) {
      residual[i] = samples[i];
    }
    Partition best = null;
    int[] bestResidual = null;
    for (int order = 0; order <= Math.min(MAX_ORDER, samples.length - 1); order++) {
      if (order > 0) {
        // The residual of each order is the difference of the previous one.
        for (int i = samples.length - 1; i >= order; i--) {
          residual[i] -= residual[i - 1];
        }
      }
      Partition partition = Partition.best(residual, order);
      if (best == null || partition.bits < best.bits) {
        best = partition;
        bestResidual = residual.clone();
      }
    }
    if (best.bits >= 16L * samples.length) {
      bits.write(1 << 1, 8);
      for (short sample : samples) {
        bits.write(sample & 0xFFFF, 16);
      }
      return;
    }
    bits.write((8 | best.predictor) << 1, 8);
    for (int i = 0; i < best.predictor; i++) {
      bits.write(samples[i] & 0xFFFF, 16);
    }
    best.write(bestResidual, bits);
  }

  /**
   * A partition of a residual into parts, each with its own Rice parameter (section 9.2.7).
   *
   * @param predictor order of the predictor, which is the number of warm-up samples before the
   *     residual
   * @param order base-2 logarithm of the number of parts
   * @param parameters Rice parameter of each part
   * @param bits total bits of warm-up samples and residual
   */
  private record Partition(int predictor, int order, int[] parameters, long bits) {
    static Partition best(int[] residual, int predictor) {
      Partition best = null;
      for (int order = 0; order <= MAX_PARTITION_ORDER; order++) {
        int size = residual.length >> order;
        if ((size << order) != residual.length || size <= predictor) {
          break;
        }
        int[] parameters = new int[1 << order];
        long bits = 16L * predictor + 6;
        for (int part = 0; part < parameters.length; part++) {
          int begin = part == 0 ? predictor : part * size;
          int end = (part + 1) * size;
          parameters[part] = parameter(residual, begin, end);
          bits += 4 + cost(residual, begin, end, parameters[part]);
        }
        if (best == null || bits < best.bits) {
          best = new Partition(predictor, order, parameters, bits);
        }
      }
      return best;
    }

    private static int parameter(int[] residual, int begin, int end) {
      long sum = 0;
      for (int i = begin; i < end; i++) {
        sum += folded(residual[i]);
      }
      // The best parameter is near the logarithm of the mean.
      int guess = 63 - Long.numberOfLeadingZeros(Math.max(1, sum / Math.max(1, end - begin)));
      int best = 0;
      long bestCost = Long.MAX_VALUE;
      for (int k = Math.max(0, guess - 1); k <= Math.min(MAX_RICE_PARAMETER, guess + 1); k++) {
        long cost = cost(residual, begin, end, k);
        if (cost < bestCost) {
          bestCost = cost;
          best = k;
        }
      }
      return bestCost == Long.MAX_VALUE ? MAX_RICE_PARAMETER : best;
    }

    private static long cost(int[] residual, int begin, int end, int parameter) {
      long cost = (long) (end - begin) * (1 + parameter);
      for (int i = begin; i < end; i++) {
        cost += folded(residual[i]) >>> parameter;
      }
      return cost;
    }

    /** Maps signed to unsigned numbers; 0, 1, 2, 3, … stand for 0, -1, 1, -2, … */
    private static int folded(int value) {
      return (value << 1) ^ (value >> 31);
    }

    void write(int[] residual, BitWriter bits) {
      bits.write(0, 2); // 4-bit parameters
      bits.write(order, 4);
      int size = residual.length >> order;
      for (int part = 0; part < parameters.length; part++) {
        int k = parameters[part];
        bits.write(k, 4);
        for (int i = part == 0 ? predictor : part * size; i < (part + 1) * size; i++) {
          int value = folded(residual[i]);
          for (int zeros = value >>> k; zeros > 0; zeros -= Math.min(zeros, 16)) {
            bits.write(0, Math.min(zeros, 16));
          }
          bits.write(1, 1);
          bits.write(value & ((1 << k) - 1), k);
        }
      }
    }
  }

  /** Writes bits, most significant bit first. */
  private static final class BitWriter {
    private byte[] bytes = new byte[1 << 14];
    private int size;
    private long pending;
    private int pendingBits;

    void write(int value, int count) {
      pending = (pending << count) | (value & ((1L << count) - 1));
      pendingBits += count;
      while (pendingBits >= 8) {
        pendingBits -= 8;
        if (size == bytes.length) {
          bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) (pending >> pendingBits);
      }
    }

    void fillByte() {
      write(0, (8 - pendingBits) & 7);
    }

    /** The number of complete bytes. */
    int size() {
      return size;
    }

    /**
     * Returns the CRC of the bytes from {@code from} to the last complete byte (sections 9.1.8 and
     * 9.3).
     */
    int checksum(int from, int polynomial, int width) {
      int crc = 0;
      int top = 1 << (width - 1);
      for (int i = from; i < size; i++) {
        crc ^= (bytes[i] & 0xFF) << (width - 8);
        for (int bit = 0; bit < 8; bit++) {
          crc = (crc & top) != 0 ? (crc << 1) ^ polynomial : crc << 1;
        }
      }
      return crc & ((top << 1) - 1);
    }

    byte[] toByteArray() {
      return Arrays.copyOf(bytes, size);
    }
  }
}
