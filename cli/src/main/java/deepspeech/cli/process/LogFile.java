package deepspeech.cli.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The log file that a child process appends to, read as it grows. Not thread-safe. */
final class LogFile {
  private static final int CHUNK = 1 << 16;

  /** A Java virtual machine that cannot start prints these after the line that says why. */
  private static final Set<String> AFTER_REASON =
      Set.of(
          "Error: Could not create the Java Virtual Machine.",
          "Error: A fatal exception has occurred. Program will exit.");

  private final Path path;
  private long position;
  private String rest = "";
  private String lastLine = "";

  /**
   * Creates an empty log file at this path. An existing file is renamed with the suffix {@code .1}.
   */
  LogFile(Path path) {
    this.path = path;
    try {
      Files.createDirectories(path.getParent());
      if (Files.exists(path)) {
        Files.move(
            path,
            path.resolveSibling(path.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      Files.createFile(path);
    } catch (IOException e) {
      throw new UncheckedIOException("the log " + path + " cannot be written", e);
    }
  }

  Path path() {
    return path;
  }

  /** The complete lines added since the last call, without line terminators. */
  List<String> newLines() {
    List<String> lines = new ArrayList<>();
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      file.seek(position);
      byte[] bytes = new byte[CHUNK];
      int end = 0;
      while (true) {
        int count = file.read(bytes, end, bytes.length - end);
        if (count < 0) {
          break;
        }
        end += count;
        int newline = lastNewline(bytes, end);
        if (newline < 0 && end < bytes.length) {
          continue;
        }
        int taken = newline < 0 ? end : newline + 1;
        position += taken;
        rest += new String(bytes, 0, taken, StandardCharsets.UTF_8);
        System.arraycopy(bytes, taken, bytes, 0, end - taken);
        end -= taken;
        if (newline >= 0) {
          rest.lines().forEach(lines::add);
          rest = "";
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the log " + path + " cannot be read", e);
    }
    lines.stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !AFTER_REASON.contains(line))
        .forEach(line -> lastLine = line);
    return lines;
  }

  /**
   * The last line that {@link #newLines()} has read and that says something, stripped; an empty
   * string if it has read none.
   */
  String lastLine() {
    return lastLine;
  }

  private static int lastNewline(byte[] bytes, int end) {
    for (int i = end - 1; i >= 0; i--) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
