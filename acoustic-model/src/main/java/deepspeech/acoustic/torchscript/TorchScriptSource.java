package deepspeech.acoustic.torchscript;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** TorchScript text that lies beside a class as a resource. */
public final class TorchScriptSource {
  private TorchScriptSource() {}

  /**
   * Reads a resource of the package of {@code owner}.
   *
   * @throws IllegalStateException if the build left it out
   */
  public static String of(Class<?> owner, String file) {
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing beside " + owner.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
