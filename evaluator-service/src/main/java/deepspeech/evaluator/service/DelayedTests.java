package deepspeech.evaluator.service;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Publishes that the test of a checkpoint is delayed: first after a minute of delay, then at most
 * every ten minutes while the delay lasts. The run gets a warning, and {@code watch} shows a line.
 * Thread-safe.
 */
final class DelayedTests {
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration REPEATED = Duration.ofMinutes(10);

  private final BiConsumer<Object, String> sender;
  private final Clock clock;
  private final LongSupplier nanoTime;

  private String eventId;
  private CheckpointCommitted checkpoint;
  private int published;
  private boolean hindered;
  private boolean failed;
  private long since;
  private long due;

  /**
   * Creates an instance without a current test.
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
  synchronized void begins(String id, CheckpointCommitted tested) {
    if (!id.equals(eventId)) {
      ends();
      eventId = id;
      checkpoint = tested;
    }
  }

  /**
   * Called when the test has failed and is tried again.
   *
   * @param line reason of the failure
   */
  synchronized void failed(String line) {
    failed = true;
    hinderedBy(line);
  }

  /**
   * Called when the test waits.
   *
   * @param line what the test waits for
   */
  synchronized void waits(String line) {
    hinderedBy(line);
  }

  private void hinderedBy(String line) {
    long now = nanoTime.getAsLong();
    if (!hindered) {
      hindered = true;
      since = now;
      due = now + FIRST.toNanos();
    }
    if (checkpoint != null && now - due >= 0) {
      due = now + REPEATED.toNanos();
      sender.accept(
          DeadLetter.delayedTest(checkpoint.run(), checkpoint.checkpoint(), line, clock.instant()),
          "%s/delayed/%d".formatted(eventId, published++));
    }
  }

  /** Called when the test no longer waits. A failure counts as over only at the end of the test. */
  synchronized void getsOn() {
    hindered = failed;
  }

  /** Called when the checkpoint is tested or dead-lettered. */
  synchronized void ends() {
    hindered = false;
    failed = false;
    eventId = null;
    checkpoint = null;
    published = 0;
  }

  /** How long the test has been delayed, in seconds; 0 if it is not delayed. */
  synchronized double seconds() {
    return hindered ? (nanoTime.getAsLong() - since) / 1e9 : 0;
  }
}
