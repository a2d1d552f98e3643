package deepspeech.broker.events;

import deepspeech.runtime.schedule.RepeatedTask;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The messages that the broker has not acknowledged yet. On request it reports messages that wait
 * long.
 */
final class Acknowledgements implements AutoCloseable {
  private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);

  private final Map<Long, Expected> expected = new ConcurrentHashMap<>();
  private final AtomicLong sent = new AtomicLong();

  /** Null if nobody wants reports. */
  private volatile RepeatedTask reports;

  private record Expected(String topic, long since) {}

  /**
   * Starts to report.
   *
   * @param broker name of the broker in the lines
   * @param waiting receives a line every 10 s while a message has waited 10 s or longer
   */
  void reportTo(String broker, Consumer<String> waiting) {
    reports = new RepeatedTask("acknowledgements", () -> report(broker, waiting));
    reports.start(REPORT_INTERVAL, REPORT_INTERVAL);
  }

  /**
   * Registers a message that is about to be sent to a topic.
   *
   * @return the future to complete when the broker has acknowledged the message, or when it failed
   */
  CompletableFuture<Void> expect(String topic) {
    CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    long number = sent.incrementAndGet();
    expected.put(number, new Expected(topic, System.nanoTime()));
    var unused = acknowledged.whenComplete((done, failure) -> expected.remove(number));
    return acknowledged;
  }

  private void report(String broker, Consumer<String> waiting) {
    long now = System.nanoTime();
    expected.values().stream()
        .min(Comparator.comparingLong(Expected::since))
        .filter(oldest -> now - oldest.since >= REPORT_INTERVAL.toNanos())
        .ifPresent(
            oldest ->
                waiting.accept(
                    "waiting for the broker: %s has not acknowledged a message to %s for %d s (%d unacknowledged)"
                        .formatted(
                            broker,
                            oldest.topic,
                            TimeUnit.NANOSECONDS.toSeconds(now - oldest.since),
                            expected.size())));
  }

  @Override
  public void close() {
    if (reports != null) {
      reports.close();
    }
  }
}
