package deepspeech.speech.dataset;

import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.BatchWidth;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.OutputFrames;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import deepspeech.speech.RecentlyUsed;
import deepspeech.speech.augmentation.Augmentation;
import deepspeech.speech.batching.BatchPlan;
import deepspeech.speech.batching.BatchRectangle;
import deepspeech.speech.batching.EpochBatches;
import deepspeech.speech.batching.PlanOverview;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.features.MeanStd;
import deepspeech.speech.manifest.Vocabulary;
import deepspeech.speech.storage.Location;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A split of a data set with everything that its batches depend on, except the audio. Thread-safe.
 */
public final class DataSet {
  private static final int REMEMBERED_EPOCHS = 4;

  /** A plan holds three numbers of four bytes for an utterance, and an epoch one. */
  private static final int HEAP_BYTES = 4 * (3 + REMEMBERED_EPOCHS);

  private final Split split;
  private final DataSpecification specification;
  private final Location manifest;
  private final String fingerprint;
  private final Map<String, String> hashes;
  private final UtteranceTable utterances;
  private final SkippedUtteranceLog leftOut;
  private final long unknownCharacters;
  private final Vocabulary vocabulary;
  private final MeanStd meanStd;
  private final byte[] meanStdFile;
  private final Augmentation augmentation;
  private final List<String> warnings;
  private final BatchPlan plan;

  /** Batches of the epochs asked for last: neighbouring ones come from the same epoch. */
  private final RecentlyUsed<Integer, EpochBatches> epochs = new RecentlyUsed<>(REMEMBERED_EPOCHS);

  DataSet(
      Split split,
      DataSpecification specification,
      Location manifest,
      String fingerprint,
      Map<String, String> hashes,
      UtteranceTable utterances,
      SkippedUtteranceLog leftOut,
      long unknownCharacters,
      Vocabulary vocabulary,
      MeanStd meanStd,
      byte[] meanStdFile,
      Augmentation augmentation,
      List<String> warnings,
      BatchPlan plan) {
    this.split = split;
    this.specification = specification;
    this.manifest = manifest;
    this.fingerprint = fingerprint;
    this.hashes = Map.copyOf(hashes);
    this.utterances = utterances;
    this.leftOut = leftOut;
    this.unknownCharacters = unknownCharacters;
    this.vocabulary = vocabulary;
    this.meanStd = meanStd;
    this.meanStdFile = meanStdFile.clone();
    this.augmentation = augmentation;
    this.warnings = List.copyOf(warnings);
    this.plan = plan;
  }

  /**
   * Answers a data set request.
   *
   * @param epochs batches are counted for so many epochs
   */
  public DataSetDescription describe(RunId run, String requestId, int epochs) {
    PlanOverview overview = plan.overview(epochs);
    return new DataSetDescription(
        run,
        split,
        requestId,
        fingerprint,
        hashes,
        utterances.size(),
        leftOut.counts(),
        unknownCharacters,
        overview.batches(),
        largestBatch(overview.largest()),
        warnings,
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
    EpochBatches batches = epoch(epoch);
    if (batch < 0 || batch >= batches.count()) {
      throw new IllegalArgumentException(
          "batch is %d; epoch %d has the batches 0 to %d"
              .formatted(batch, epoch, batches.count() - 1));
    }
    return Arrays.stream(batches.batch(batch)).mapToObj(utterances::get).toList();
  }

  /** The number of batches in an epoch, from 1. */
  public int batches(int epoch) {
    return plan.batches(epoch);
  }

  /**
   * The bytes that the features of a batch have at most, as 16-bit numbers.
   *
   * @param epoch from 1
   * @param batch from 0, below {@link #batches}
   */
  public long featureBytes(int epoch, int batch) {
    double stretch = augmentation.longestStretch();
    long frames = 0;
    for (UsableUtterance utterance : batch(epoch, batch)) {
      frames += BatchWidth.frames(utterance.utterance().duration() * stretch);
    }
    return frames * FeatureShape.BINS * Short.BYTES;
  }

  /** What the heap holds of it, whatever was asked for. */
  long mostHeapBytes() {
    return (long) HEAP_BYTES * utterances.size();
  }

  /** Why there is nothing to train on or to test with, in one line. */
  public String emptiness() {
    String remedy =
        split == Split.TEST ? "; name another test_manifest or set test_off to True" : "";
    if (leftOut.isEmpty()) {
      return manifest + ": has no line" + remedy;
    }
    String reasons =
        leftOut.counts().entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    return "%s: no utterance can be used: %s; the first: %s%s"
        .formatted(manifest, reasons, leftOut.get(0).detail(), remedy);
  }

  public Split split() {
    return split;
  }

  public DataSpecification specification() {
    return specification;
  }

  public Location manifest() {
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

  /** The usable utterances; one that is asked for is read from disk. */
  public List<UsableUtterance> utterances() {
    return utterances;
  }

  /** What the manifest and the vocabulary alone rule out; read from disk. */
  public List<SkippedUtterance> leftOut() {
    return leftOut;
  }

  public MeanStd meanStd() {
    return meanStd;
  }

  /** What is done to the utterances; nothing in a test split. */
  public Augmentation augmentation() {
    return augmentation;
  }

  /** Labels that exceed the output frames are left out when the batch is made. */
  private BatchShape largestBatch(BatchRectangle largest) {
    return new BatchShape(
        largest.utterances(),
        largest.frames(),
        Math.min(utterances.mostLabels(), OutputFrames.of(largest.frames())));
  }

  private EpochBatches epoch(int epoch) {
    synchronized (epochs) {
      EpochBatches known = epochs.get(epoch);
      if (known == null) {
        known = plan.epoch(epoch);
        epochs.put(epoch, known);
      }
      return known;
    }
  }
}
