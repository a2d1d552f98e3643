package deepspeech.evaluator.service;

import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.deadletter.DeadLetter;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Publishes that something hinders the test of a checkpoint, once that has lasted and then now and
 * again while it lasts: the run has a warning of it, and {@code watch} a line. Thread-safe.
 */
final class DelayedTests {
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration REPEATED = Duration.ofMinutes(10);

  private final BiConsumer<Object, String> sender;
  private final Clock clock;
  private final LongSupplier nanoTime;

  private String eventId;
  private CheckpointPublished checkpoint;
  private int published;
  private boolean hindered;
  private boolean failed;
  private long since;
  private long due;

  /**
   * Knows of no test yet.
   *
   * @param sender takes a message and its id, and does not wait for the broker
   * @param nanoTime a clock that nobody sets, such as {@link System#nanoTime}
   */
  DelayedTests(BiConsumer<Object, String> sender, Clock clock, LongSupplier nanoTime) {
    this.sender = sender;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** A checkpoint is tested, for the first time or again. */
  synchronized void begins(String id, CheckpointPublished tested) {
    if (!id.equals(eventId)) {
      ends();
      eventId = id;
      checkpoint = tested;
    }
  }

  /**
   * Its test has failed and is tried again.
   *
   * @param line what hinders it
   */
  synchronized void failed(String line) {
    failed = true;
    hinderedBy(line);
  }

  /**
   * Its test waits.
   *
   * @param line what for
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
          new DeadLetter(
              DeadLetter.DELAYED_TEST,
              checkpoint.run().toString(),
              checkpoint.checkpoint().toString(),
              null,
              null,
              DeadLetter.DELAYED,
              line,
              null,
              clock.instant()),
          "%s/delayed/%d".formatted(eventId, published++));
    }
  }

  /** It waits no longer. Whether a failure is over shows at the end of the test alone. */
  synchronized void getsOn() {
    hindered = failed;
  }

  /** It is tested or dead-lettered. */
  synchronized void ends() {
    hindered = false;
    failed = false;
    eventId = null;
    checkpoint = null;
    published = 0;
  }

  /** How long the test has not got on, in seconds; 0 if it does. */
  synchronized double seconds() {
    return hindered ? (nanoTime.getAsLong() - since) / 1e9 : 0;
  }
}
