package deepspeech.speech.audio;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Computes the MD5 of samples as FLAC defines it: interleaved, little-endian, in whole bytes. */
final class FlacSignature {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private final MessageDigest md5;
  private final int bytesPerSample;
  private byte[] bytes = new byte[0];

  /** Takes the bits of a sample. */
  FlacSignature(int bits) {
    bytesPerSample = (bits + 7) / 8;
    try {
      md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  /** Adds the first {@code size} samples of each channel. */
  void add(int[][] samples, int size) {
    int step = samples.length * bytesPerSample;
    if (bytes.length < size * step) {
      bytes = new byte[size * step];
    }
    for (int channel = 0; channel < samples.length; channel++) {
      int first = channel * bytesPerSample;
      if (bytesPerSample == Short.BYTES) {
        addShorts(samples[channel], size, first, step);
      } else {
        addBytes(samples[channel], size, first, step);
      }
    }
    md5.update(bytes, 0, size * step);
  }

  private void addShorts(int[] samples, int size, int first, int step) {
    int at = first;
    for (int i = 0; i < size; i++) {
      SHORT.set(bytes, at, (short) samples[i]);
      at += step;
    }
  }

  private void addBytes(int[] samples, int size, int first, int step) {
    for (int i = 0; i < size; i++) {
      for (int b = 0; b < bytesPerSample; b++) {
        bytes[first + i * step + b] = (byte) (samples[i] >> (8 * b));
      }
    }
  }

  /** Returns the signature of all added samples. */
  byte[] value() {
    return md5.digest();
  }
}
