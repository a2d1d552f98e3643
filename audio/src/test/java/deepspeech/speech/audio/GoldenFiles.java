package deepspeech.speech.audio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** Audio files and golden samples from the test resources. */
public final class GoldenFiles {
  private static final int NPY_HEADER_SIZE = 8;

  private GoldenFiles() {}

  /** The bytes of a resource. */
  public static byte[] bytes(String resource) throws IOException {
    try (InputStream in = GoldenFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no resource " + resource);
      }
      return in.readAllBytes();
    }
  }

  /** The samples of a {@code .npy} resource of floats of 32 or 64 bits. */
  public static double[] samples(String resource) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(bytes(resource)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[file.getShort(NPY_HEADER_SIZE)];
    file.position(NPY_HEADER_SIZE + Short.BYTES).get(header);
    String text = new String(header, StandardCharsets.US_ASCII);
    if (text.contains("'<f4'")) {
      return IntStream.range(0, file.remaining() / Float.BYTES)
          .mapToDouble(i -> file.getFloat())
          .toArray();
    }
    if (text.contains("'<f8'")) {
      return IntStream.range(0, file.remaining() / Double.BYTES)
          .mapToDouble(i -> file.getDouble())
          .toArray();
    }
    throw new IOException(resource + " is not of the type <f4 or <f8: " + text);
  }
}
