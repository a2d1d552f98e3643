package deepspeech.benchmark.decode;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Processor time of this process, its garbage collector included, and of its descendants. */
final class CpuTime {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private CpuTime() {}

  /** Nanoseconds so far; of descendants those that are alive, in steps of 10 ms. */
  static long nanos() {
    long descendants =
        ProcessHandle.current()
            .descendants()
            .mapToLong(child -> child.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
            .sum();
    return PROCESS.getProcessCpuTime() + descendants;
  }
}
