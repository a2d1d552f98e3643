package deepspeech.acoustic.torchscript;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** TorchScript text that is stored as a resource in the package of a class. */
public final class TorchScriptSource {
  private TorchScriptSource() {}

  /** Returns the function {@code on_device}, which copies arrays of the host. */
  public static String onDevice() {
    return of(TorchScriptSource.class, "on_device.py");
  }

  /**
   * Reads a resource from the package of {@code owner}.
   *
   * @throws IllegalStateException if the resource is missing from the build
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
