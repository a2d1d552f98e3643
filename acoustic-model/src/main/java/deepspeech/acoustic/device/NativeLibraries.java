package deepspeech.acoustic.device;

import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Libraries of the machine, and those that PyTorch has loaded into this process. */
interface NativeLibraries {
  /** The libraries of this process. */
  NativeLibraries OF_PROCESS = new OfProcess();

  /** Returns the file of a library whose name begins so, if this process has loaded it. */
  Optional<Path> loaded(String beginning);

  /**
   * Calls a function that returns a whole number.
   *
   * @param library a file, or the name by which the system's loader finds it
   * @return empty if library or function do not exist
   */
  OptionalLong call(String library, String function, Object... arguments);

  /**
   * Calls a function of CUDA, which returns a status, and 0 for success.
   *
   * @return empty if library or function do not exist
   */
  default OptionalInt status(String library, String function, Object... arguments) {
    OptionalLong result = call(library, function, arguments);
    // The status is an int; the upper half of the register says nothing.
    return result.isPresent() ? OptionalInt.of((int) result.getAsLong()) : OptionalInt.empty();
  }

  /**
   * Calls a function of CUDA that writes an int to where its first argument points.
   *
   * @param arguments those after the first
   * @return empty if library or function do not exist, or if the function fails
   */
  default OptionalInt number(String library, String function, Object... arguments) {
    IntByReference value = new IntByReference();
    Object[] all = Stream.concat(Stream.of(value), Arrays.stream(arguments)).toArray(Object[]::new);
    return status(library, function, all).equals(OptionalInt.of(0))
        ? OptionalInt.of(value.getValue())
        : OptionalInt.empty();
  }

  /** See the interface. Linux only: elsewhere nothing is known to be loaded. */
  final class OfProcess implements NativeLibraries {
    private static final Path MAPS = Path.of("/proc/self/maps");

    private OfProcess() {}

    @Override
    public Optional<Path> loaded(String beginning) {
      return maps().stream()
          .map(line -> line.substring(line.indexOf('/') + 1))
          .map(path -> Path.of("/" + path))
          .filter(path -> path.getFileName().toString().startsWith(beginning))
          .findFirst();
    }

    private static List<String> maps() {
      try {
        // A file's name may have any bytes.
        return Files.readAllLines(MAPS, StandardCharsets.ISO_8859_1).stream()
            .filter(line -> line.indexOf('/') >= 0)
            .toList();
      } catch (IOException e) {
        return List.of();
      }
    }

    @Override
    public OptionalLong call(String library, String function, Object... arguments) {
      try {
        return OptionalLong.of(
            NativeLibrary.getInstance(library).getFunction(function).invokeLong(arguments));
      } catch (UnsatisfiedLinkError e) {
        return OptionalLong.empty();
      }
    }
  }
}
