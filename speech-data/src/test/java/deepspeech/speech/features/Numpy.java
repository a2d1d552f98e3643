package deepspeech.speech.features;

import java.io.IOException;
import java.io.InputStream;

/** Reads numpy arrays from the test resources. */
public final class Numpy {
  private Numpy() {}

  /** The elements of a {@code .npy} resource, row major. */
  public static double[] read(String resource) throws IOException {
    return NumpyArray.read(bytes(resource)).values();
  }

  /** The bytes of a resource. */
  public static byte[] bytes(String resource) throws IOException {
    try (InputStream in = Numpy.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no resource " + resource);
      }
      return in.readAllBytes();
    }
  }
}
