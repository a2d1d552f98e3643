package deepspeech.trainer.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Tracks whether the last check of something is recent enough. One clock alone does not suffice:
 * the process clock stops while the machine is suspended, and the wall clock can be set back. Not
 * thread-safe.
 */
final class RecentCheck {
  private final Duration limit;
  private final InstantSource clock;
  private final LongSupplier nanoseconds;
  private Instant lastOnTheWall;
  private long lastNanoseconds;

  /**
   * Counts the time of construction as a check.
   *
   * @param limit the age beyond which a check is old
   * @param clock the wall clock
   * @param nanoseconds the process clock in nanoseconds, such as {@link System#nanoTime}
   */
  RecentCheck(Duration limit, InstantSource clock, LongSupplier nanoseconds) {
    this.limit = limit;
    this.clock = clock;
    this.nanoseconds = nanoseconds;
    renew(now());
  }

  /** Returns the time to pass to {@link #renew}. Take it before the check. */
  Time now() {
    return new Time(clock.instant(), nanoseconds.getAsLong());
  }

  void renew(Time time) {
    lastOnTheWall = time.onTheWall;
    lastNanoseconds = time.nanoseconds;
  }

  boolean isOld() {
    Time now = now();
    Duration onTheWall = Duration.between(lastOnTheWall, now.onTheWall);
    return onTheWall.isNegative()
        || onTheWall.compareTo(limit) > 0
        || now.nanoseconds - lastNanoseconds > limit.toNanos();
  }

  /** A point in time on both clocks. */
  record Time(Instant onTheWall, long nanoseconds) {}
}
