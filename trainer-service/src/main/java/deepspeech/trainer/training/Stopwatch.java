package deepspeech.trainer.training;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Measures how the training thread spends its time between two reports. */
final class Stopwatch {
  /** The activities of the training thread. */
  enum Activity {
    COMPUTING,
    WAITING,
    CHECKPOINT,
    OTHER
  }

  private final LongSupplier nanoTime;
  private final Map<Activity, Long> spent = new EnumMap<>(Activity.class);
  private Activity current = Activity.OTHER;
  private long since;

  /**
   * Starts measuring.
   *
   * @param nanoTime a clock such as {@link System#nanoTime()}
   */
  Stopwatch(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.since = nanoTime.getAsLong();
  }

  void begin(Activity activity) {
    long now = nanoTime.getAsLong();
    spent.merge(current, now - since, Long::sum);
    current = activity;
    since = now;
  }

  /** Returns the time since the start or the last reset. */
  Duration elapsed() {
    begin(current);
    return Duration.ofNanos(spent.values().stream().mapToLong(Long::longValue).sum());
  }

  TimeShares shares() {
    double total = Math.max(1, elapsed().toNanos());
    return new TimeShares(
        spent.getOrDefault(Activity.COMPUTING, 0L) / total,
        spent.getOrDefault(Activity.WAITING, 0L) / total,
        spent.getOrDefault(Activity.CHECKPOINT, 0L) / total);
  }

  void reset() {
    begin(current);
    spent.clear();
  }
}
