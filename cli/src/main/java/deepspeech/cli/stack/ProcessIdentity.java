package deepspeech.cli.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Distinguishes a process from a later one with the same id, independently of the wall clock. The
 * identity consists of the boot id of the machine and the clock ticks from boot to the start of the
 * process. Only Linux provides them; see proc(5), {@code /proc/pid/stat}. The script {@code
 * deploy/local/deepspeech} does the same.
 */
public final class ProcessIdentity {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  /** In {@code /proc/pid/stat}, the start time is the 22nd field and the state is the third. */
  private static final int START_BEHIND_STATE = 22 - 3;

  private ProcessIdentity() {}

  /** The identity of a process, such as {@code 6e5d…/81532}; empty if it is not available. */
  public static Optional<String> of(long pid) {
    try {
      // The second field is the program name in brackets. It may contain blanks and brackets.
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
      return fields.length > START_BEHIND_STATE
          ? Optional.of(Files.readString(BOOT).trim() + "/" + fields[START_BEHIND_STATE])
          : Optional.empty();
    } catch (IOException e) {
      // The system is not Linux, or the process has ended.
      return Optional.empty();
    }
  }
}
