package deepspeech.benchmark.evaluation;

import deepspeech.benchmark.BenchmarkCorpus;
import deepspeech.benchmark.BenchmarkFolder;
import deepspeech.benchmark.broker.ChildProgram;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.topic.Topics;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.runtime.process.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The resident memory of the evaluator while it tests the checkpoints of a run, one after the
 * other. The built service runs beside a broker, a store and data-prep, with the options of its
 * image. Run by {@code benchmarks/run evaluator-memory}.
 */
public final class EvaluatorMemoryBenchmark {
  private static final RunId RUN = new RunId("evaluator-memory");
  private static final String BUCKET = "models";
  private static final double SHORTEST_SECONDS = 2;
  private static final long MEBIBYTE = 1 << 20;

  private final MemorySettings settings;
  private final BrokerConfiguration broker;
  private final CheckpointStore store;
  private final DataSpecification test;

  private EvaluatorMemoryBenchmark(
      MemorySettings settings,
      BrokerConfiguration broker,
      CheckpointStore store,
      DataSpecification test) {
    this.settings = settings;
    this.broker = broker;
    this.store = store;
    this.test = test;
  }

  /**
   * Prints the memory after the test of each checkpoint.
   *
   * @param arguments {@code name=value}, see {@link MemorySettings}
   */
  public static void main(String[] arguments) throws Exception {
    MemorySettings settings = MemorySettings.of(arguments);
    List<String> vocabulary = RandomTestSet.vocabulary(settings.tokens());
    Path folder = Files.createTempDirectory("deepspeech-evaluator-memory");
    try (BenchmarkCorpus corpus = BenchmarkCorpus.write(1, 16_000);
        EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("s3"), 0)) {
      DataSpecification test =
          corpus.test(
              settings.utterances(),
              SHORTEST_SECONDS,
              settings.seconds(),
              vocabulary,
              settings.batch());
      Path model = folder.resolve("model.onnx");
      UntrainedModel.write(model, settings.layers(), settings.units(), vocabulary);
      s3.createBucket(BUCKET);
      BrokerConfiguration broker = BrokerConfiguration.of(kafka.bootstrapServers());
      try (TopicSetup topics = new TopicSetup(broker)) {
        topics.ensureShared();
      }
      try (CheckpointStore store = CheckpointStore.connect(store(s3));
          ChildProgram dataPrep = ChildProgram.dataPrep(broker, corpus.root());
          MeasuredEvaluator evaluator =
              MeasuredEvaluator.start(
                  settings.limits(),
                  Files.createDirectory(folder.resolve("work")),
                  environment(broker, s3, settings.threads()))) {
        new EvaluatorMemoryBenchmark(settings, broker, store, test)
            .measure(model, dataPrep, evaluator);
      }
    } finally {
      BenchmarkFolder.delete(folder);
    }
  }

  private static CheckpointStoreConfiguration store(EmbeddedS3 s3) {
    return new CheckpointStoreConfiguration(
        new ObjectStoreConfiguration(s3.endpoint(), s3.accessKey(), s3.secretKey(), null),
        BUCKET,
        null);
  }

  private static Map<String, String> environment(
      BrokerConfiguration broker, EmbeddedS3 s3, int threads) {
    return Map.of(
        "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
        "DEEPSPEECH_S3_ENDPOINT", s3.endpoint().toString(),
        "DEEPSPEECH_S3_ACCESS_KEY", s3.accessKey(),
        "DEEPSPEECH_S3_SECRET_KEY", s3.secretKey(),
        "DEEPSPEECH_S3_BUCKET", BUCKET,
        "DEEPSPEECH_EVALUATOR_THREADS", Integer.toString(threads));
  }

  private void measure(Path model, ChildProgram dataPrep, MeasuredEvaluator evaluator)
      throws IOException, InterruptedException {
    System.out.printf(
        "GRU %d x %d, %d tokens, model %d MiB; %d utterances of %.0f to %.0f s in batches of %d; container %d MiB, heap %d %%%s%n",
        settings.layers(),
        settings.units(),
        settings.tokens(),
        Files.size(model) / MEBIBYTE,
        settings.utterances(),
        SHORTEST_SECONDS,
        settings.seconds(),
        settings.batch(),
        settings.limits().mebibytes(),
        settings.limits().heapPercent(),
        settings.limits().touched() ? ", resident from the start" : "");
    try (EventPublisher publisher = new EventPublisher(broker, "/benchmarks");
        EventTail<Evaluation> results =
            EventTail.of(broker, Topics.EVALUATIONS, Evaluation.class, EventTail.Start.BEGINNING)) {
      for (int epoch = 1; epoch <= settings.checkpoints(); epoch++) {
        long begin = System.nanoTime();
        publisher.publish(commit(model, epoch));
        while (results.next(Duration.ofSeconds(1)).isEmpty()) {
          evaluator.requireRunning();
          dataPrep.requireRunning();
        }
        ProcessMemory memory = evaluator.memory();
        System.out.printf(
            "after %d: peak %d MiB, now %d MiB outside of files, heap %d MiB; %.0f s%n",
            epoch,
            memory.peak() / MEBIBYTE,
            memory.anonymous() / MEBIBYTE,
            evaluator.heapBytes() / MEBIBYTE,
            (System.nanoTime() - begin) / 1e9);
      }
    }
  }

  private CheckpointCommitted commit(Path model, int epoch) {
    CheckpointId checkpoint = CheckpointId.endOfEpoch(epoch);
    StoredCheckpoint stored =
        store.commit(RUN, checkpoint, List.of(CheckpointSource.of(model)), Map.of());
    return new CheckpointCommitted(
        RUN,
        checkpoint,
        epoch,
        0,
        epoch,
        stored.uri(),
        stored.files(),
        test,
        Provenance.NONE,
        Instant.now());
  }
}
