package deepspeech.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The physical memory of a process in bytes, as Linux counts it in {@code /proc/PID/status}.
 *
 * @param resident all of it ({@code VmRSS}), including pages of files that the kernel can drop
 * @param anonymous the part that is in no file ({@code RssAnon}): heaps, stacks, native memory
 * @param peak the largest resident memory so far ({@code VmHWM})
 */
public record ProcessMemory(long resident, long anonymous, long peak) {
  private static final long KIBIBYTE = 1024;

  /** The memory of a process; empty if it has ended, or on a system without that file. */
  public static Optional<ProcessMemory> of(long process) {
    try {
      return parse(Files.readAllLines(Path.of("/proc", Long.toString(process), "status")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reads the lines of that file; empty if they have no memory, as those of a zombie. */
  static Optional<ProcessMemory> parse(List<String> status) {
    OptionalLong resident = bytes(status, "VmRSS:");
    OptionalLong anonymous = bytes(status, "RssAnon:");
    OptionalLong peak = bytes(status, "VmHWM:");
    boolean complete = Stream.of(resident, anonymous, peak).allMatch(OptionalLong::isPresent);
    return complete
        ? Optional.of(
            new ProcessMemory(resident.getAsLong(), anonymous.getAsLong(), peak.getAsLong()))
        : Optional.empty();
  }

  private static OptionalLong bytes(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name) && line.endsWith(" kB"))
        .map(line -> line.substring(name.length(), line.length() - " kB".length()).strip())
        .mapToLong(number -> Long.parseLong(number) * KIBIBYTE)
        .findFirst();
  }
}
