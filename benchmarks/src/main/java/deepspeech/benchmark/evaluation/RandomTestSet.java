package deepspeech.benchmark.evaluation;

import deepspeech.evaluator.testset.TestSet;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.speech.features.Float16;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Utterances of 2 to 12 s of noise, in memory. Texts are 4 characters per second. */
final class RandomTestSet implements TestSet {
  /** Approximate number of characters in the vocabulary of the manual's model. */
  static final int TOKENS = 4300;

  private static final RunId RUN = new RunId("evaluation");
  private static final int BATCH_SIZE = 32;
  private static final int FRAMES_PER_SECOND = 100;
  private static final int FRAMES_PER_CHARACTER = 25;

  private final Iterator<FeatureBatch> batches;

  RandomTestSet(List<FeatureBatch> batches) {
    this.batches = batches.iterator();
  }

  /** The tokens: a blank, and the characters from U+4E00 on. */
  static List<String> vocabulary(int tokens) {
    return IntStream.range(0, tokens)
        .mapToObj(label -> label == 0 ? "<blank>" : Character.toString(0x4E00 + label))
        .toList();
  }

  /** The longest utterances come first, as in every test set. */
  static List<FeatureBatch> batches(int utterances) {
    SplittableRandom random = new SplittableRandom(1);
    int[] frames =
        random
            .ints(utterances, 2 * FRAMES_PER_SECOND, 12 * FRAMES_PER_SECOND + 1)
            .map(length -> -length)
            .sorted()
            .map(length -> -length)
            .toArray();
    List<FeatureBatch> batches = new ArrayList<>();
    for (int from = 0; from < utterances; from += BATCH_SIZE) {
      int to = Math.min(utterances, from + BATCH_SIZE);
      batches.add(batch(from, Arrays.copyOfRange(frames, from, to), random));
    }
    return batches;
  }

  private static FeatureBatch batch(int from, int[] frames, SplittableRandom random) {
    int size = frames.length;
    short[] features = new short[Arrays.stream(frames).sum() * FeatureBatch.BINS];
    for (int i = 0; i < features.length; i++) {
      features[i] = Float16.fromFloat((float) random.nextDouble(-2, 2));
    }
    int[] labelLengths = Arrays.stream(frames).map(n -> n / FRAMES_PER_CHARACTER).toArray();
    List<String> texts = new ArrayList<>();
    for (int length : labelLengths) {
      texts.add(
          random
              .ints(length, 0x4E01, 0x4E00 + TOKENS)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString());
    }
    return new FeatureBatch(
        new BatchKey(RUN, Split.TEST, "fingerprint", 1, from / BATCH_SIZE),
        features,
        frames,
        new int[Arrays.stream(labelLengths).sum()],
        labelLengths,
        IntStream.range(0, size).mapToLong(i -> from + i + 1).toArray(),
        texts,
        List.of());
  }

  @Override
  public DataSetDescription description() {
    double[] ones = new double[FeatureBatch.BINS];
    Arrays.fill(ones, 1);
    return new DataSetDescription(
        RUN,
        Split.TEST,
        "id",
        new DataSetVersion("fingerprint", Map.of()),
        new UtteranceCounts(1, Map.of(), 0),
        new PlannedBatches(new int[] {1}, new BatchShape(1, 300, 3)),
        List.of(),
        vocabulary(TOKENS),
        new FeatureStatistics(new double[FeatureBatch.BINS], ones, new byte[] {1}));
  }

  @Override
  public void select(int from, int end) {
    throw new UnsupportedOperationException("the benchmark reads the whole set");
  }

  @Override
  public Optional<FeatureBatch> next() {
    return batches.hasNext() ? Optional.of(batches.next()) : Optional.empty();
  }

  @Override
  public void close() {}
}
