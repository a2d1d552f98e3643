package deepspeech.cli.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What tells a process from a later one with the same id, and no clock moves: the id of the
 * machine's boot and the clock ticks from there to the start of the process. Linux alone tells it;
 * see proc(5), {@code /proc/pid/stat}. The script {@code deploy/local/deepspeech} does the same.
 */
public final class ProcessIdentity {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  /** Of the fields of {@code /proc/pid/stat}, the start is the 22nd and the state the third. */
  private static final int START_BEHIND_STATE = 22 - 3;

  private ProcessIdentity() {}

  /** That of a process, such as {@code 6e5d…/81532}; empty if it is not told. */
  public static Optional<String> of(long pid) {
    try {
      // The second field is the name of the program in brackets, and may have blanks and brackets.
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
      return fields.length > START_BEHIND_STATE
          ? Optional.of(Files.readString(BOOT).trim() + "/" + fields[START_BEHIND_STATE])
          : Optional.empty();
    } catch (IOException e) {
      // Another system, or the process is gone.
      return Optional.empty();
    }
  }
}
