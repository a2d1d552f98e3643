package deepspeech.evaluator.service;

import deepspeech.evaluator.backlog.EventIds;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.runtime.retry.Backoff;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The tests that broker, store, data-prep or disk delay. Each is tried again after a pause that
 * grows with its attempts; other checkpoints are tested meanwhile. A delay is reported first after
 * a minute, then at most every ten minutes while it lasts. The run gets a warning, and {@code
 * watch} shows a line. Thread-safe.
 */
final class DelayedTests {
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration REPEATED = Duration.ofMinutes(10);
  private static final Backoff RETRY = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  private final BiConsumer<Object, String> sender;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Map<String, Delay> delays = new HashMap<>();
  private UntestedCheckpoint current;

  private static final class Delay {
    private final long since;
    private long due;
    private int reports;
    private int failures;
    private long retryAt;
    private String line;

    Delay(long now) {
      since = now;
      due = now + FIRST.toNanos();
      retryAt = now;
    }
  }

  /**
   * Creates an instance without a delayed test.
   *
   * @param sender sends a message with an id, and does not wait for the broker
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  DelayedTests(BiConsumer<Object, String> sender, Clock clock, LongSupplier nanoTime) {
    this.sender = sender;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Called when the test of a checkpoint begins, for the first time or again. */
  synchronized void begins(UntestedCheckpoint untested) {
    current = untested;
  }

  /**
   * Called when the current test has failed and is to be tried again.
   *
   * @param line reason of the failure
   * @return pause until the next attempt
   */
  synchronized Duration failed(String line) {
    Delay delay = delayedBy(line);
    delay.failures++;
    Duration pause = Duration.ofNanos(RETRY.nanos(delay.failures));
    delay.retryAt = nanoTime.getAsLong() + pause.toNanos();
    return pause;
  }

  /**
   * Called when the current test waits.
   *
   * @param line what the test waits for
   */
  synchronized void waits(String line) {
    if (current != null) {
      delayedBy(line);
    }
  }

  private Delay delayedBy(String line) {
    long now = nanoTime.getAsLong();
    Delay delay = delays.computeIfAbsent(current.event(), event -> new Delay(now));
    delay.line = line;
    if (now - delay.due >= 0) {
      delay.due = now + REPEATED.toNanos();
      sender.accept(
          DeadLetter.delayedTest(
              current.checkpoint().run(), current.checkpoint().checkpoint(), line, clock.instant()),
          EventIds.delay(current.event(), delay.reports++));
    }
    return delay;
  }

  /**
   * Called when the current test no longer waits. A failure counts as over only when the checkpoint
   * is tested.
   */
  synchronized void getsOn() {
    if (current != null) {
      delays.computeIfPresent(
          current.event(), (event, delay) -> delay.failures == 0 ? null : delay);
    }
  }

  /** Called when the current test has ended. */
  synchronized void ends() {
    delays.remove(current.event());
    current = null;
  }

  /** Called when the current test is interrupted, to be tried again. */
  synchronized void pauses() {
    current = null;
  }

  /** Forgets the tests that other evaluators have completed. */
  synchronized void retain(Predicate<String> untested) {
    delays.keySet().removeIf(event -> !untested.test(event));
  }

  /** False during the pause before a test is tried again. */
  synchronized boolean isDue(String event) {
    Delay delay = delays.get(event);
    return delay == null || nanoTime.getAsLong() - delay.retryAt >= 0;
  }

  /** Why a test is delayed, in one line; empty if none is. */
  synchronized Optional<String> line() {
    return delays.values().stream().map(delay -> delay.line).findFirst();
  }

  /** For how long the test that is delayed longest has been, in seconds; 0 if none is delayed. */
  synchronized double seconds() {
    long now = nanoTime.getAsLong();
    return delays.values().stream().mapToLong(delay -> now - delay.since).max().orElse(0) / 1e9;
  }
}
