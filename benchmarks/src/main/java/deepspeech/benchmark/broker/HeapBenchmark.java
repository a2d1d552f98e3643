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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the heap of one replica with 512 MB that serves several runs at once. Each run has its
 * own manifest with very many lines, and large batches of long utterances. Run by {@code
 * benchmarks/run heap}.
 */
public final class HeapBenchmark {
  private static final int RUNS = 4;
  private static final int LINES = 1_000_000;
  private static final int BATCH_SIZE = 32;
  private static final double SECONDS = 25;
  private static final int EPOCHS = 5;
  private static final int BATCHES = 3;
  private static final Pattern COLLECTION =
      Pattern.compile("Pause (Young|Full).* (\\d+)M->(\\d+)M\\((\\d+)M\\)");

  private HeapBenchmark() {}

  /**
   * Prints the peak of the heap before and after collections.
   *
   * @param arguments number of runs, and number of lines of each manifest; both are optional
   */
  public static void main(String... arguments) throws Exception {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : RUNS;
    int lines = arguments.length > 1 ? Integer.parseInt(arguments[1]) : LINES;
    Path work = Files.createTempDirectory("deepspeech-heap-benchmark");
    Path log = work.resolve("gc.log");
    try (BenchmarkCorpus corpus = BenchmarkCorpus.write(1, 16_000);
        EmbeddedKafka kafka = EmbeddedKafka.start(work.resolve("kafka"), 0)) {
      BrokerConfiguration broker = BrokerConfiguration.of(kafka.bootstrapServers());
      try (TopicSetup topics = new TopicSetup(broker)) {
        topics.ensureShared();
        List<DataSpecification> data = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
          topics.ensureFeatures(id(run), Split.TRAIN);
          data.add(corpus.shared("manifest-" + run, lines, SECONDS, BATCH_SIZE));
        }
        try (ChildProgram service =
            ChildProgram.dataPrep(
                broker,
                corpus.root(),
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:gc:file=" + log + "::filecount=0")) {
          long start = System.nanoTime();
          serve(broker, data);
          service.requireRunning();
          System.out.printf("%d runs served in %.0f s%n", runs, (System.nanoTime() - start) / 1e9);
        }
      }
      report(log);
    } finally {
      BenchmarkFolder.delete(work);
    }
  }

  private static void serve(BrokerConfiguration broker, List<DataSpecification> data)
      throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(data.size());
    try {
      List<Future<?>> served = new ArrayList<>();
      for (int run = 0; run < data.size(); run++) {
        RunId id = id(run);
        DataSpecification specification = data.get(run);
        served.add(
            clients.submit(
                () -> {
                  serve(broker, id, specification);
                  return null;
                }));
      }
      for (Future<?> run : served) {
        run.get();
      }
    } finally {
      clients.shutdownNow();
    }
  }

  private static void serve(BrokerConfiguration broker, RunId run, DataSpecification data) {
    try (FeatureRequests requests = new FeatureRequests(broker, run, data);
        RecordCounter records = new RecordCounter(broker, Topics.featuresName(run, Split.TRAIN))) {
      requests.describe(records);
      System.out.println(run + " is described");
      for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        requests.epoch(epoch, BATCHES);
      }
      RecordCounter.Count count = records.batches(EPOCHS * BATCHES);
      System.out.printf(
          "%s: %d batches of %.1f MB%n",
          run, EPOCHS * BATCHES, count.bytes() / 1e6 / (EPOCHS * BATCHES));
    }
  }

  private static void report(Path log) throws Exception {
    int before = 0;
    int after = 0;
    int full = 0;
    int capacity = 0;
    int collections = 0;
    for (String line : Files.readAllLines(log)) {
      Matcher matcher = COLLECTION.matcher(line);
      if (matcher.find()) {
        collections++;
        full += matcher.group(1).equals("Full") ? 1 : 0;
        before = Math.max(before, Integer.parseInt(matcher.group(2)));
        after = Math.max(after, Integer.parseInt(matcher.group(3)));
        capacity = Math.max(capacity, Integer.parseInt(matcher.group(4)));
      }
    }
    System.out.printf(
        "peak %d MB, after a collection at most %d MB, of a heap of %d MB; %d collections, %d of them full%n",
        before, after, capacity, collections, full);
  }

  private static RunId id(int run) {
    return new RunId("run-" + run);
  }
}
