package deepspeech.dataprep.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventIdTail;
import deepspeech.broker.events.EventPublisher;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.server.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** How long many dead letters take, and a replica that starts behind them: {@code [LINES]}. */
public final class DeadLetterBenchmark {
  private DeadLetterBenchmark() {}

  /**
   * Prints both times.
   *
   * @param arguments number of unusable lines, 100,000 if it is not given
   */
  public static void main(String... arguments) throws Exception {
    int count = arguments.length == 0 ? 100_000 : Integer.parseInt(arguments[0]);
    List<SkippedUtterance> lines =
        IntStream.rangeClosed(1, count)
            .mapToObj(
                i ->
                    new SkippedUtterance(
                        i,
                        "wav/%08d.wav".formatted(i),
                        SkipReason.TOO_LONG,
                        "/data/manifest.train line %d: the duration is 21.5 s; max_duration is 20.0 s"
                            .formatted(i)))
            .toList();
    Path folder = Files.createTempDirectory("dead-letters");
    try (EmbeddedKafka kafka = TestBroker.start(folder)) {
      BrokerConfiguration broker = BrokerConfiguration.of(kafka.bootstrapServers());
      try (EventPublisher publisher = new EventPublisher(broker, "/benchmark")) {
        for (String replica : List.of("first", "second")) {
          AtomicInteger published = new AtomicInteger();
          try (EventIdTail ids = new EventIdTail(broker, Topics.DEAD_LETTERS)) {
            UtteranceDeadLetters letters =
                new UtteranceDeadLetters(
                    publisher::send,
                    ids::catchUp,
                    (split, skipped) -> published.incrementAndGet(),
                    Clock.systemUTC());
            long start = System.nanoTime();
            letters.publish(new RunId("run"), Split.TRAIN, lines);
            System.out.printf(
                Locale.ROOT,
                "%s replica: %d of %d lines published in %.2f s%n",
                replica,
                published.get(),
                count,
                (System.nanoTime() - start) / 1e9);
          }
        }
      }
    }
  }
}
