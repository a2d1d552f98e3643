package deepspeech.dataprep.dataset;

import deepspeech.dataprep.batching.BatchPlan;
import deepspeech.dataprep.features.FeatureShape;
import deepspeech.dataprep.features.MeanStd;
import deepspeech.dataprep.manifest.Vocabulary;
import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.LeftOut;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A split of a data set with everything that its batches depend on, except the audio. Thread-safe.
 */
public final class DataSet {
  private static final int REMEMBERED_EPOCHS = 4;

  private final Split split;
  private final DataSpecification specification;
  private final Path manifest;
  private final String fingerprint;
  private final Map<String, String> hashes;
  private final List<UsableUtterance> utterances;
  private final List<LeftOut> leftOut;
  private final long unknownCharacters;
  private final Vocabulary vocabulary;
  private final MeanStd meanStd;
  private final byte[] meanStdFile;
  private final BatchPlan plan;

  /** Orders of the epochs asked for last: neighbouring batches come from the same one. */
  private final Map<Integer, int[]> orders =
      new LinkedHashMap<>(8, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, int[]> eldest) {
          return size() > REMEMBERED_EPOCHS;
        }
      };

  DataSet(
      Split split,
      DataSpecification specification,
      Path manifest,
      String fingerprint,
      Map<String, String> hashes,
      List<UsableUtterance> utterances,
      List<LeftOut> leftOut,
      long unknownCharacters,
      Vocabulary vocabulary,
      MeanStd meanStd,
      byte[] meanStdFile,
      BatchPlan plan) {
    this.split = split;
    this.specification = specification;
    this.manifest = manifest;
    this.fingerprint = fingerprint;
    this.hashes = Map.copyOf(hashes);
    this.utterances = List.copyOf(utterances);
    this.leftOut = List.copyOf(leftOut);
    this.unknownCharacters = unknownCharacters;
    this.vocabulary = vocabulary;
    this.meanStd = meanStd;
    this.meanStdFile = meanStdFile.clone();
    this.plan = plan;
  }

  /**
   * Answers a data set request.
   *
   * @param epochs batches are counted for so many epochs
   */
  public DataSetDescription describe(RunId run, String requestId, int epochs) {
    return new DataSetDescription(
        run,
        split,
        requestId,
        fingerprint,
        hashes,
        utterances.size(),
        leftOutByReason(),
        unknownCharacters,
        IntStream.rangeClosed(1, epochs).map(plan::batches).toArray(),
        largestBatch(),
        List.of(),
        vocabulary.tokens(),
        meanStd.means(),
        meanStd.stds(),
        meanStdFile.clone());
  }

  /**
   * The utterances of a batch, in order.
   *
   * @param epoch from 1
   * @param batch from 0, below {@link #batches}
   */
  public List<UsableUtterance> batch(int epoch, int batch) {
    int batches = batches(epoch);
    if (batch < 0 || batch >= batches) {
      throw new IllegalArgumentException(
          "batch is %d; epoch %d has the batches 0 to %d".formatted(batch, epoch, batches - 1));
    }
    int[] order = order(epoch);
    int from = batch * plan.batchSize();
    int to = Math.min(order.length, from + plan.batchSize());
    return Arrays.stream(order, from, to).mapToObj(utterances::get).toList();
  }

  /** The number of batches in an epoch, from 1. */
  public int batches(int epoch) {
    return plan.batches(epoch);
  }

  /** Why there is nothing to train on or to test with, in one line. */
  public String emptiness() {
    if (leftOut.isEmpty()) {
      return manifest + ": has no line";
    }
    String reasons =
        leftOutByReason().entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    return "%s: no utterance can be used: %s; the first: %s"
        .formatted(manifest, reasons, leftOut.get(0).detail());
  }

  public Split split() {
    return split;
  }

  public DataSpecification specification() {
    return specification;
  }

  public Path manifest() {
    return manifest;
  }

  /** SHA-256 over the split, the specification and the hashes. */
  public String fingerprint() {
    return fingerprint;
  }

  /** SHA-256 of each file, by what it is. */
  public Map<String, String> hashes() {
    return hashes;
  }

  public List<UsableUtterance> utterances() {
    return utterances;
  }

  /** What the manifest and the vocabulary alone rule out. */
  public List<LeftOut> leftOut() {
    return leftOut;
  }

  public MeanStd meanStd() {
    return meanStd;
  }

  private BatchShape largestBatch() {
    double longest = utterances.stream().mapToDouble(u -> u.utterance().duration()).max().orElse(0);
    return new BatchShape(
        Math.min(plan.batchSize(), utterances.size()),
        FeatureShape.frames((int) Math.round(longest * FeatureShape.SAMPLE_RATE)),
        utterances.stream().mapToInt(u -> u.labels().length).max().orElse(0));
  }

  private Map<LeftOutReason, Integer> leftOutByReason() {
    Map<LeftOutReason, Integer> counts = new EnumMap<>(LeftOutReason.class);
    leftOut.forEach(utterance -> counts.merge(utterance.reason(), 1, Integer::sum));
    return counts;
  }

  private int[] order(int epoch) {
    synchronized (orders) {
      return orders.computeIfAbsent(epoch, plan::order);
    }
  }
}
