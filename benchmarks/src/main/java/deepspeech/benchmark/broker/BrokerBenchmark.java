package deepspeech.benchmark.broker;

import deepspeech.benchmark.BenchmarkCorpus;
import deepspeech.benchmark.BenchmarkFolder;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Compares the throughput of data-prep, which answers requests through the broker, with that of a
 * producer that sends the same bytes ready-made to the same broker. Each round measures one after
 * the other, and the result is the ratio of a round. All processes share the cores of one machine,
 * so the speed shows only what they achieve together. The CPU time that each process takes per MB
 * shows what it achieves with cores of its own. Run by {@code benchmarks/run broker}.
 */
public final class BrokerBenchmark {
  private static final int UTTERANCES = 512;
  private static final int BATCH_SIZE = 32;
  private static final int EPOCHS_A_ROUND = 4;
  private static final int WARM_UP = 2;
  private static final int ROUNDS = 7;
  private static final RunId SERVED = new RunId("served");
  private static final RunId READY_MADE = new RunId("ready-made");

  private BrokerBenchmark() {}

  /**
   * Prints a line for each round, then the medians.
   *
   * @param arguments {@code augmented} to augment with the Python project's own file, or nothing
   */
  public static void main(String... arguments) throws Exception {
    boolean augmented = List.of(arguments).contains("augmented");
    Path work = Files.createTempDirectory("deepspeech-broker-benchmark");
    try (BenchmarkCorpus corpus = BenchmarkCorpus.write(UTTERANCES, 16_000);
        EmbeddedKafka kafka = EmbeddedKafka.start(work, 0)) {
      DataSpecification data =
          corpus.specification(BATCH_SIZE, augmented ? corpus.pythonAugmentation() : null);
      BrokerConfiguration broker = BrokerConfiguration.of(kafka.bootstrapServers());
      try (TopicSetup topics = new TopicSetup(broker)) {
        topics.ensureShared();
        topics.ensureFeatures(SERVED, Split.TRAIN);
        topics.ensureFeatures(READY_MADE, Split.TRAIN);
        compare(broker, topics, data, corpus.root());
      }
    } finally {
      BenchmarkFolder.delete(work);
    }
  }

  private static void compare(
      BrokerConfiguration broker, TopicSetup topics, DataSpecification data, Path root)
      throws Exception {
    String servedTopic = Topics.featuresName(SERVED, Split.TRAIN);
    String readyMadeTopic = Topics.featuresName(READY_MADE, Split.TRAIN);
    List<Round> rounds = new ArrayList<>();
    try (FeatureRequests requests = new FeatureRequests(broker, SERVED, data);
        RecordCounter servedRecords = new RecordCounter(broker, servedTopic);
        RecordCounter readyMadeRecords = new RecordCounter(broker, readyMadeTopic);
        ChildProgram service = ChildProgram.dataPrep(broker, root)) {
      requests.describe(servedRecords);
      service.requireRunning();
      int batches = UTTERANCES / BATCH_SIZE;
      requests.epoch(1, batches);
      servedRecords.batches(batches);
      try (ChildProgram producer = ChildProgram.readyMade(broker, servedTopic, readyMadeTopic)) {
        producer.awaitLine();
        for (int round = 1 - WARM_UP; round <= ROUNDS; round++) {
          Meter meter = new Meter(service);
          for (int epoch = 1; epoch <= EPOCHS_A_ROUND; epoch++) {
            requests.epoch(epoch, batches);
          }
          Rate served = meter.read(servedRecords.batches(EPOCHS_A_ROUND * batches));
          meter = new Meter(producer);
          producer.send(Integer.toString(EPOCHS_A_ROUND));
          Rate sent = meter.read(readyMadeRecords.batches(EPOCHS_A_ROUND * batches));
          if (round >= 1) {
            rounds.add(new Round(served, sent));
          }
          System.out.printf(
              Locale.ROOT,
              "%s: data-prep %s; ready-made %s%n",
              round >= 1 ? "round " + round : "warm-up",
              served,
              sent);
          topics.trim(servedTopic, servedRecords.position()).toCompletableFuture().join();
          topics.trim(readyMadeTopic, readyMadeRecords.position()).toCompletableFuture().join();
        }
      }
    }
    print("data-prep / ready-made: speed", rounds, Round::speedRatio);
    print(
        "data-prep / ready-made: CPU of broker and consumer per byte", rounds, Round::brokerRatio);
    print("CPU of data-prep, ms per MB", rounds, round -> round.served.senderMillis());
    print("CPU of the ready-made producer, ms per MB", rounds, round -> round.sent.senderMillis());
  }

  private static void print(String what, List<Round> rounds, ToDoubleFunction<Round> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s: median %.2f (of %s)%n",
        what,
        sorted[sorted.length / 2],
        Arrays.toString(Arrays.stream(sorted).map(r -> Math.round(r * 100) / 100.0).toArray()));
  }

  /**
   * Measures what the sender, and this process with broker and consumer, do from the creation of
   * the meter on.
   */
  private static final class Meter {
    private final long start = System.nanoTime();
    private final Duration broker = ChildProgram.cpu(ProcessHandle.current());
    private final ChildProgram sender;
    private final Duration senderCpu;

    Meter(ChildProgram sender) {
      this.sender = sender;
      this.senderCpu = sender.cpu();
    }

    Rate read(RecordCounter.Count count) {
      return new Rate(
          count.bytes(),
          Duration.ofNanos(System.nanoTime() - start),
          sender.cpu().minus(senderCpu),
          ChildProgram.cpu(ProcessHandle.current()).minus(broker));
    }
  }

  /** The bytes that came through the broker, and the time and CPU time that they took. */
  private record Rate(long bytes, Duration time, Duration sender, Duration broker) {
    double perSecond() {
      return bytes * 1e9 / time.toNanos();
    }

    double senderMillis() {
      return sender.toNanos() / (double) bytes;
    }

    double brokerMillis() {
      return broker.toNanos() / (double) bytes;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.1f MB/s, CPU %.2f ms per MB, of broker and consumer %.2f",
          perSecond() / 1e6,
          senderMillis(),
          brokerMillis());
    }
  }

  private record Round(Rate served, Rate sent) {
    double speedRatio() {
      return served.perSecond() / sent.perSecond();
    }

    double brokerRatio() {
      return served.brokerMillis() / sent.brokerMillis();
    }
  }
}
