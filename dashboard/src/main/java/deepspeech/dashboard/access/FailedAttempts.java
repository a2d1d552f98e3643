package deepspeech.dashboard.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Limits how often an address may present a wrong token. Thread-safe; memory use is bounded. */
public final class FailedAttempts {
  static final int ALLOWED = 10;
  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int ADDRESSES = 10_000;

  private final Clock clock;
  private final Map<String, Window> windows =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > ADDRESSES;
        }
      };

  private record Window(Instant begin, int failures) {}

  public FailedAttempts(Clock clock) {
    this.clock = clock;
  }

  /** True if the address must wait before it may try again. */
  public synchronized boolean isRefused(String address) {
    return window(address).failures >= ALLOWED;
  }

  /** Counts a wrong token. */
  public synchronized void add(String address) {
    Window window = window(address);
    windows.put(address, new Window(window.begin, window.failures + 1));
  }

  private Window window(String address) {
    Instant now = clock.instant();
    Window window = windows.get(address);
    // A window that begins later than now dates from before the clock was set back.
    boolean isOver =
        window == null || !now.isBefore(window.begin.plus(WINDOW)) || now.isBefore(window.begin);
    return isOver ? new Window(now, 0) : window;
  }
}
