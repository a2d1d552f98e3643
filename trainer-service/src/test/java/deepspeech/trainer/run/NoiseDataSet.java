package deepspeech.trainer.run;

import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.trainer.training.StopSignal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A data set of noise that depends on (epoch, batch) alone, in data-prep's place. What data-prep
 * would find in the files is in fields that a test may change.
 */
final class NoiseDataSet {
  final Map<String, String> hashes =
      new HashMap<>(Map.of("manifest", "m1", "vocabulary", "v1", "mean_std", "s1"));
  List<String> vocabulary = List.of("<blank>", "a", "b", "c");
  String fingerprint = "f1";
  BatchShape largestBatch;
  final List<String> warnings;

  /** Receives each action or wait of a run, just before it. */
  Consumer<String> reached = what -> {};

  /** Receives the signal of the run and the batch that it gets, such as 2/1. */
  BiConsumer<StopSignal, String> given = (stop, batch) -> {};

  /** The batches that were given, such as 2/1. */
  final List<String> consumed = Collections.synchronizedList(new ArrayList<>());

  /** The runs whose batches were discarded. */
  final List<String> discarded = new ArrayList<>();

  private final int batches;
  private final int[] frames;

  /**
   * Creates a data set.
   *
   * @param batches number of batches of an epoch
   * @param frames number of frames of each utterance of a batch
   */
  NoiseDataSet(int batches, int[] frames, String... warnings) {
    this.batches = batches;
    this.frames = frames.clone();
    this.warnings = List.of(warnings);
    this.largestBatch = new BatchShape(frames.length, Arrays.stream(frames).max().orElseThrow(), 3);
  }

  /** Opens the data set for a run. */
  TrainingData open(RunId run, StopSignal stop) {
    return new Opened(run, stop);
  }

  private final class Opened implements TrainingData {
    private final RunId run;
    private final StopSignal stop;
    private int epoch;
    private int batch;

    Opened(RunId run, StopSignal stop) {
      this.run = run;
      this.stop = stop;
    }

    @Override
    public DataSetDescription describe(Split split, DataSpecification data, int epochs) {
      reach("describe " + split);
      int[] ofEpochs = new int[epochs];
      Arrays.fill(ofEpochs, batches);
      return new DataSetDescription(
          run,
          split,
          "id",
          new DataSetVersion(fingerprint, Map.copyOf(hashes)),
          new UtteranceCounts(20, Map.of(), 0),
          new PlannedBatches(ofEpochs, largestBatch),
          warnings,
          vocabulary,
          new FeatureStatistics(
              new double[FeatureBatch.BINS],
              IntStream.range(0, FeatureBatch.BINS).mapToDouble(i -> 1).toArray(),
              new byte[] {1}));
    }

    @Override
    public void begin(DataSetDescription description, int firstEpoch, int firstBatch) {
      reach("begin " + firstEpoch + "/" + firstBatch);
      epoch = firstEpoch;
      batch = firstBatch;
    }

    private void reach(String wait) {
      stop.requireNotRaised();
      reached.accept(wait);
      stop.requireNotRaised();
    }

    @Override
    public FeatureBatch next() {
      if (batch == batches) {
        epoch++;
        batch = 0;
      }
      String name = epoch + "/" + batch;
      reached.accept("wait for " + name);
      if (stop.isRaised()) {
        return null;
      }
      consumed.add(name);
      given.accept(stop, name);
      SplittableRandom random = new SplittableRandom(epoch * 100L + batch);
      short[] features = new short[Arrays.stream(frames).sum() * FeatureBatch.BINS];
      for (int i = 0; i < features.length; i++) {
        // Half floats between 1 and 2.
        features[i] = (short) (0x3C00 | random.nextInt(1024));
      }
      int[] labelLengths = new int[frames.length];
      Arrays.fill(labelLengths, 2);
      return new FeatureBatch(
          new BatchKey(run, Split.TRAIN, fingerprint, epoch, batch++),
          features,
          frames,
          IntStream.range(0, 2 * frames.length).map(i -> 1 + i % 3).toArray(),
          labelLengths,
          IntStream.range(0, frames.length).mapToLong(i -> i + 1).toArray(),
          Collections.nCopies(frames.length, "ab"),
          List.of());
    }

    @Override
    public int ready() {
      return 5;
    }

    @Override
    public void discard() {
      reached.accept("discard");
      discarded.add(run.value());
    }

    @Override
    public void close() {}
  }
}
