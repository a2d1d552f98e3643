package deepspeech.cli.stack;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The process that holds a stack.
 *
 * @param processStart when that process started, because process ids are reused
 * @param processIdentity the identity of that process, independent of the wall clock, see {@link
 *     ProcessIdentity}; null if the system does not provide it, or if an earlier version wrote the
 *     file
 */
public record StackProcess(long pid, Instant processStart, String processIdentity) {
  /** Tolerance for start times. Setting the clock moves the start times that the system reports. */
  private static final Duration CLOCK_SHIFT = Duration.ofSeconds(5);

  /** This process. */
  static StackProcess current() {
    ProcessHandle self = ProcessHandle.current();
    return new StackProcess(self.pid(), startOf(self), ProcessIdentity.of(self.pid()).orElse(null));
  }

  static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  boolean isAlive() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    Optional<String> identity = ProcessIdentity.of(pid);
    if (processIdentity != null && identity.isPresent()) {
      return process.isPresent() && identity.get().equals(processIdentity);
    }
    return process
        .map(StackProcess::startOf)
        .filter(start -> Duration.between(processStart, start).abs().compareTo(CLOCK_SHIFT) <= 0)
        .isPresent();
  }
}
