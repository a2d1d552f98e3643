package deepspeech.benchmark.broker;

import deepspeech.benchmark.BenchmarkCorpus;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import deepspeech.messages.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What goes through the broker when data-prep answers requests, against what a producer reaches
 * that sends the same bytes ready-made to the same broker. Each round measures one after the other;
 * the ratio of a round is the figure. Run by {@code benchmarks/run broker}.
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
   * Prints a line for each round, then the median ratio.
   *
   * @param arguments {@code seed} to augment as the Python project's own file says, or nothing
   */
  public static void main(String... arguments) throws Exception {
    boolean augmented = List.of(arguments).contains("seed");
    Path work = Files.createTempDirectory("deepspeech-broker-benchmark");
    try (BenchmarkCorpus corpus = BenchmarkCorpus.write(UTTERANCES, 16_000);
        EmbeddedKafka kafka = EmbeddedKafka.start(work, 0)) {
      DataSpecification data =
          corpus.specification(BATCH_SIZE, augmented ? corpus.seedAugmentation() : null);
      BrokerConfiguration broker = BrokerConfiguration.of(kafka.bootstrapServers());
      try (TopicSetup topics = new TopicSetup(broker)) {
        topics.ensureShared();
        topics.ensureFeatures(SERVED, Split.TRAIN);
        topics.ensureFeatures(READY_MADE, Split.TRAIN);
        compare(broker, topics, data, corpus.root());
      }
    } finally {
      delete(work);
    }
  }

  private static void compare(
      BrokerConfiguration broker, TopicSetup topics, DataSpecification data, Path root)
      throws Exception {
    String served = Topics.featuresName(SERVED, Split.TRAIN);
    String readyMade = Topics.featuresName(READY_MADE, Split.TRAIN);
    List<Double> ratios = new ArrayList<>();
    try (FeatureRequests requests = new FeatureRequests(broker, SERVED, data);
        RecordCounter servedRecords = new RecordCounter(broker, served);
        RecordCounter readyMadeRecords = new RecordCounter(broker, readyMade);
        ChildProgram service = ChildProgram.dataPrep(broker, root)) {
      requests.describe(servedRecords);
      service.requireRunning();
      int batches = UTTERANCES / BATCH_SIZE;
      requests.epoch(1, batches);
      servedRecords.batches(batches);
      try (ChildProgram producer = ChildProgram.readyMade(broker, served, readyMade)) {
        producer.awaitLine();
        for (int round = 1 - WARM_UP; round <= ROUNDS; round++) {
          long start = System.nanoTime();
          for (int epoch = 1; epoch <= EPOCHS_A_ROUND; epoch++) {
            requests.epoch(epoch, batches);
          }
          RecordCounter.Count viaService = servedRecords.batches(EPOCHS_A_ROUND * batches);
          double serviceRate = viaService.bytes() / seconds(start);
          start = System.nanoTime();
          producer.tell(Integer.toString(EPOCHS_A_ROUND));
          RecordCounter.Count viaProducer = readyMadeRecords.batches(EPOCHS_A_ROUND * batches);
          double producerRate = viaProducer.bytes() / seconds(start);
          if (round >= 1) {
            ratios.add(serviceRate / producerRate);
          }
          System.out.printf(
              Locale.ROOT,
              "%s: data-prep %.1f MB/s, %.0f times real time; ready-made %.1f MB/s; ratio %.2f%n",
              round >= 1 ? "round " + round : "warm-up",
              serviceRate / 1e6,
              serviceRate
                  / viaService.bytes()
                  * EPOCHS_A_ROUND
                  * UTTERANCES
                  * BenchmarkCorpus.SECONDS,
              producerRate / 1e6,
              serviceRate / producerRate);
          topics.trim(served, servedRecords.position()).toCompletableFuture().join();
          topics.trim(readyMade, readyMadeRecords.position()).toCompletableFuture().join();
        }
      }
    }
    double[] sorted = ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "median ratio %.2f (of %s)%n",
        sorted[sorted.length / 2],
        Arrays.toString(Arrays.stream(sorted).map(r -> Math.round(r * 100) / 100.0).toArray()));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (var walk = Files.walk(folder)) {
      files = walk.sorted((a, b) -> b.compareTo(a)).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
