package deepspeech.broker.feed;

import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchPart;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The batches of a delivery, between the feed's thread, which requests and fills them in, and the
 * thread that takes them with {@link #next}. Thread-safe.
 */
final class BatchQueue {
  private static final long MAX_POLL = TimeUnit.MILLISECONDS.toNanos(100);

  private final RequestWindow window;
  private final BatchTraces traces;
  private final FeedCounters counters;
  private final Duration waitingInterval;
  private final Consumer<String> waiting;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private RuntimeException failure;
  private boolean ended;

  /** When {@link #next} returned last; the thread that takes the batches alone uses it. */
  private Long delivered;

  /**
   * Creates a queue.
   *
   * @param waiting receives a line at each {@code waitingInterval} while {@link #next} waits
   */
  BatchQueue(
      RequestWindow window,
      BatchTraces traces,
      FeedCounters counters,
      Duration waitingInterval,
      Consumer<String> waiting) {
    this.window = window;
    this.traces = traces;
    this.counters = counters;
    this.waitingInterval = waitingInterval;
    this.waiting = waiting;
  }

  boolean hasNext() {
    return head().isPresent();
  }

  /** The next batch to deliver; empty after the last one. */
  Optional<BatchPosition> head() {
    return locked(() -> window.head());
  }

  int ready() {
    return locked(() -> window.ready());
  }

  Optional<FeatureBatch> peek() {
    return locked(() -> window.peek());
  }

  FeatureBatch next() throws InterruptedException {
    long began = System.nanoTime();
    long reported = began;
    Instant since = Instant.now();
    try {
      while (true) {
        Optional<FeatureBatch> batch = takeBefore(reported + waitingInterval.toNanos(), since);
        if (batch.isPresent()) {
          noteSpeed(began, System.nanoTime());
          return batch.get();
        }
        reported = System.nanoTime();
        waiting.accept(missing(reported - began));
      }
    } finally {
      counters.waitedNanos.add(System.nanoTime() - began);
    }
  }

  private void noteSpeed(long began, long now) {
    if (delivered != null) {
      long used = began - delivered;
      update(() -> window.delivered(used, now - began));
    }
    delivered = now;
  }

  /** The trace context of the batch delivered last. */
  Context trace() {
    return traces.ofLastDelivered();
  }

  /** Ends a waiting {@link #next}. The caller also interrupts the feed's thread. */
  void end() {
    update(() -> ended = true);
  }

  /** True while batches remain to be delivered and nothing has ended the delivery. */
  boolean isOpen() {
    return locked(() -> !ended && failure == null && window.head().isPresent());
  }

  /** The requests to send now, in order. They count as sent. */
  List<RequestWindow.DueRequest> due() throws InterruptedException {
    long now = System.nanoTime();
    lock.lockInterruptibly();
    try {
      return window.due(now);
    } finally {
      lock.unlock();
    }
  }

  /**
   * How long to wait for a reply. If no requested batch is missing, the method blocks until a
   * request is due or the delivery ends, and returns empty.
   */
  Optional<Duration> pollTime() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (!window.idle()) {
        return Optional.of(Duration.ofNanos(untilDue()));
      }
      // All requested batches are ready. Nothing more is read until the window has space, so that
      // memory stays bounded.
      while (!ended && window.head().isPresent() && untilDue() > 0) {
        changed.await();
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Offers a part that has arrived.
   *
   * @see RequestWindow#offer
   */
  RequestWindow.Verdict offer(BatchPosition position, int part, int parts, FeatureBatchPart body)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return window.offer(position, part, parts, body, System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  /** The parts of a complete batch. */
  List<FeatureBatchPart> join(BatchPosition position) {
    return locked(() -> window.join(position));
  }

  /** Stores the decoded batch. */
  void ready(BatchPosition position, FeatureBatch batch) {
    update(() -> window.ready(position, batch));
  }

  /** Discards the parts of a batch that cannot be read, so that it is requested again. */
  void unusable(BatchPosition position) {
    update(() -> window.unusable(position, System.nanoTime()));
  }

  /** Ends the delivery if the batch is requested and has not arrived. */
  void refuse(BatchPosition position, RequestRefusedException refusal) {
    update(
        () -> {
          if (window.awaits(position)) {
            failure = refusal;
          }
        });
  }

  /** Ends the delivery. {@link #next} throws the cause after the batches that are ready. */
  void fail(RuntimeException cause) {
    update(() -> failure = cause);
  }

  /** The next batch; empty if it is not ready before the deadline. */
  private Optional<FeatureBatch> takeBefore(long deadline, Instant since)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Optional<BatchPosition> position = window.head();
        Optional<FeatureBatch> batch = takeOrFail();
        if (batch.isPresent()) {
          traces.delivered(position.orElseThrow(), since);
          counters.batches.increment();
          changed.signalAll();
          return batch;
        }
        long left = deadline - System.nanoTime();
        if (left <= 0 || changed.awaitNanos(left) <= 0) {
          return Optional.empty();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private Optional<FeatureBatch> takeOrFail() {
    if (ended) {
      throw new FeedClosedException();
    }
    if (window.head().isEmpty()) {
      throw new NoSuchElementException("all batches are delivered");
    }
    Optional<FeatureBatch> batch = window.take();
    if (batch.isEmpty() && failure != null) {
      throw failure;
    }
    return batch;
  }

  private String missing(long waited) {
    return locked(
        () ->
            "waiting for data-prep: %s has not arrived for %d s, requested %d times"
                .formatted(
                    window.head().orElseThrow(),
                    TimeUnit.NANOSECONDS.toSeconds(waited),
                    window.attemptsAtHead()));
  }

  private long untilDue() {
    return window.untilDue(System.nanoTime(), MAX_POLL);
  }

  private <T> T locked(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  private void update(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
