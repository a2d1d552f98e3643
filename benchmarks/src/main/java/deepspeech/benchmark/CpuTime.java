package deepspeech.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Processor time of this process, including its garbage collector, and of its descendants. */
public final class CpuTime {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private CpuTime() {}

  /**
   * Processor time so far, in nanoseconds. Only descendants that are alive count, in steps of 10
   * ms.
   */
  public static long nanos() {
    long descendants =
        ProcessHandle.current()
            .descendants()
            .mapToLong(child -> child.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
            .sum();
    return PROCESS.getProcessCpuTime() + descendants;
  }
}
