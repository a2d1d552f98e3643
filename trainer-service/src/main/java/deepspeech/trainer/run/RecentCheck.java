package deepspeech.trainer.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Whether something was looked at lately enough. Neither clock tells alone: the one of the process
 * stands still while its machine does, and the one on the wall can be set back. Not thread-safe.
 */
final class RecentCheck {
  private final Duration limit;
  private final InstantSource clock;
  private final LongSupplier nanoseconds;
  private Instant lastOnTheWall;
  private long lastNanoseconds;

  /**
   * Is fresh now.
   *
   * @param limit from then on it is not
   * @param clock on the wall
   * @param nanoseconds of the process, as {@link System#nanoTime}
   */
  RecentCheck(Duration limit, InstantSource clock, LongSupplier nanoseconds) {
    this.limit = limit;
    this.clock = clock;
    this.nanoseconds = nanoseconds;
    renew(now());
  }

  /** The time to {@link #renew} with, to be taken before the look. */
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

  /** By both clocks. */
  record Time(Instant onTheWall, long nanoseconds) {}
}
