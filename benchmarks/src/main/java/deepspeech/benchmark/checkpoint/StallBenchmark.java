package deepspeech.benchmark.checkpoint;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.benchmark.BenchmarkFolder;
import deepspeech.benchmark.Median;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.tensor.Tensor;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.trainer.checkpoint.BackgroundCheckpoints;
import deepspeech.trainer.checkpoint.CheckpointCopy;
import deepspeech.trainer.checkpoint.CheckpointWriter;
import deepspeech.trainer.checkpoint.EpochWindow;
import deepspeech.trainer.checkpoint.WorkDirectory;
import deepspeech.trainer.checkpoint.WrittenCheckpoint;
import deepspeech.trainer.training.TrainingCounters;
import deepspeech.trainer.training.TrainingRecipe;
import deepspeech.trainer.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/**
 * Measures how long training stalls for a checkpoint of the manual's model (3 × 1024), compared
 * with its steps. Uses the trainer's own writer and a store on this machine. Arguments, all
 * optional: number of utterances in a batch (4), frames of each utterance (300), number of
 * checkpoints (3), GRU layers × units (3x1024).
 */
public final class StallBenchmark {
  /**
   * Batches in an epoch of the manual's data set. The checkpoint at the end of an epoch comes
   * sooner than one every 2000 batches.
   */
  private static final int MANUALS_BATCHES = 1599;

  /** Approximate number of characters in the vocabulary of the manual's model. */
  private static final int VOCABULARY = 4300;

  private static final RunId RUN = new RunId("stall");
  private static final int STEPS = 5;

  private final TrainableModel model;
  private final RaggedBatch batch;
  private final List<Double> steps = new ArrayList<>();
  private final List<Double> stepsBeside = new ArrayList<>();
  private final List<Double> stalls = new ArrayList<>();
  private final List<Double> commitTimes = new ArrayList<>();
  private CountDownLatch committed = new CountDownLatch(0);
  private long bytes;

  private StallBenchmark(TrainableModel model, RaggedBatch batch) {
    this.model = model;
    this.batch = batch;
  }

  /** Runs the benchmark; see the class. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int utterances = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4;
    int frames = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 300;
    int checkpoints = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    String[] size = (arguments.length > 3 ? arguments[3] : "3x1024").split("x", 2);
    ModelShape shape =
        new ModelShape(2, Integer.parseInt(size[0]), Integer.parseInt(size[1]), VOCABULARY);
    Path directory = Files.createTempDirectory("deepspeech-stall");
    try (EmbeddedS3 s3 = EmbeddedS3.start(directory.resolve("s3"), 0);
        TrainableModel model = TrainableModel.initialise(shape, 1, Devices.CPU)) {
      s3.createBucket("models");
      StallBenchmark benchmark = new StallBenchmark(model, batch(utterances, frames));
      benchmark.measure(shape, s3, directory.resolve("work"), checkpoints);
      benchmark.report(utterances, frames);
    } finally {
      BenchmarkFolder.delete(directory);
    }
  }

  private void measure(ModelShape shape, EmbeddedS3 s3, Path work, int checkpoints)
      throws InterruptedException {
    TrainingConfiguration configuration =
        TrainingConfiguration.of(Map.of("use_gpu", false, "test_off", true));
    DataSetDescription data = description();
    try (CheckpointStore store =
            CheckpointStore.connect(
                new CheckpointStoreConfiguration(
                    new ObjectStoreConfiguration(
                        s3.endpoint(), s3.accessKey(), s3.secretKey(), null),
                    "models",
                    null));
        BackgroundCheckpoints background =
            new BackgroundCheckpoints(
                RUN,
                model,
                EpochWindow.none(),
                copy -> commit(writer(store, data, work), store, copy),
                Tracing.off())) {
      // The first steps and the first checkpoint are slower, because memory is allocated and code
      // is compiled.
      for (int epoch = 0; epoch <= checkpoints; epoch++) {
        for (int i = 0; i < STEPS; i++) {
          double seconds = step();
          if (epoch > 0) {
            steps.add(seconds);
          }
        }
        committed = new CountDownLatch(1);
        long begin = System.nanoTime();
        background.commit(state(shape, configuration, data, epoch + 1));
        double stall = (System.nanoTime() - begin) / 1e9;
        if (epoch > 0) {
          stalls.add(stall);
        }
        while (committed.getCount() > 0) {
          double seconds = step();
          if (epoch > 0) {
            stepsBeside.add(seconds);
          }
        }
        background.awaitCommitted();
      }
    }
  }

  private static CheckpointWriter writer(
      CheckpointStore store, DataSetDescription data, Path work) {
    return new CheckpointWriter(
        data,
        Provenance.NONE,
        store,
        new WorkDirectory(work, Duration.ZERO, line -> System.err.println(line)),
        Tracing.off());
  }

  private void commit(CheckpointWriter writer, CheckpointStore store, CheckpointCopy copy) {
    try (WrittenCheckpoint written = writer.write(copy)) {
      bytes = writer.upload(written, copy.takenAt(), () -> {}).size();
    }
    store.moveLatest(RUN, copy.state().checkpoint());
    commitTimes.add(copy.age().toNanos() / 1e9);
    store.retain(RUN, Set.of());
    committed.countDown();
  }

  private double step() {
    long begin = System.nanoTime();
    var unused = model.step(batch, 1e-4);
    return (System.nanoTime() - begin) / 1e9;
  }

  private void report(int utterances, int frames) {
    double step = Median.of(steps);
    double stall = Median.of(stalls);
    System.out.printf(
        "checkpoint %d MB: training pauses for %.2f s (at most %.2f s), committed after %.1f s%n",
        bytes >> 20,
        stall,
        stalls.stream().max(Comparator.naturalOrder()).orElseThrow(),
        Median.of(commitTimes));
    System.out.printf(
        "step of %d utterances of %d frames: %.2f s, during a commit %.2f s%n",
        utterances, frames, step, Median.of(stepsBeside));
    System.out.printf(
        "a checkpoint every %d batches: %.3f %% of the training time; 1 %% would be reached with steps of %.3f s%n",
        MANUALS_BATCHES,
        100 * stall / (stall + MANUALS_BATCHES * step),
        99 * stall / MANUALS_BATCHES);
  }

  private static TrainingState state(
      ModelShape shape, TrainingConfiguration configuration, DataSetDescription data, int epoch) {
    return new TrainingState(
        RUN,
        CheckpointId.endOfEpoch(epoch),
        new TrainingCounters(epoch, 0, 0, 0, 0, null, null, null),
        1,
        shape,
        configuration,
        data.version(),
        TrainingRecipe.CURRENT);
  }

  private static DataSetDescription description() {
    double[] ones = new double[FeatureBatch.BINS];
    Arrays.fill(ones, 1);
    return new DataSetDescription(
        RUN,
        Split.TRAIN,
        "id",
        new DataSetVersion(
            "fingerprint", Map.of("manifest", "m", "vocabulary", "v", "mean_std", "s")),
        new UtteranceCounts(1, Map.of(), 0),
        new PlannedBatches(new int[] {MANUALS_BATCHES}, new BatchShape(1, 300, 3)),
        List.of(),
        IntStream.range(0, VOCABULARY).mapToObj(Integer::toString).toList(),
        new FeatureStatistics(new double[FeatureBatch.BINS], ones, new byte[] {1}));
  }

  private static RaggedBatch batch(int utterances, int frames) {
    Random random = new Random(1);
    int[] lengths = new int[utterances];
    Arrays.fill(lengths, frames);
    float[] features = new float[utterances * frames * FeatureBatch.BINS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    int[] labelLengths = new int[utterances];
    Arrays.fill(labelLengths, frames / 15);
    int[] labels = random.ints(utterances * (frames / 15L), 1, VOCABULARY).toArray();
    return new RaggedBatch(
        Tensor.f32(features, (long) utterances * frames, FeatureBatch.BINS),
        lengths,
        labels,
        labelLengths);
  }
}
