package deepspeech.speech.dataset;

import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.BatchWidth;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.OutputFrames;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.speech.augmentation.Augmentation;
import deepspeech.speech.batching.BatchPlan;
import deepspeech.speech.batching.BatchRectangle;
import deepspeech.speech.batching.EpochBatches;
import deepspeech.speech.batching.PlanOverview;
import deepspeech.speech.common.RecentlyUsed;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.features.MeanStd;
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

  /**
   * Heap bytes for each utterance: a plan holds three 4-byte numbers and each remembered epoch one.
   */
  private static final int HEAP_BYTES = 4 * (3 + REMEMBERED_EPOCHS);

  private final DataSetIdentity identity;
  private final FilteredManifest manifest;
  private final FeatureFiles featureFiles;
  private final Augmentation augmentation;
  private final BatchPlan plan;
  private final List<String> warnings;

  /**
   * The batches of the epochs requested last. Consecutive requests mostly ask for the same epoch.
   */
  private final RecentlyUsed<Integer, EpochBatches> epochs = new RecentlyUsed<>(REMEMBERED_EPOCHS);

  DataSet(
      DataSetIdentity identity,
      FilteredManifest manifest,
      FeatureFiles featureFiles,
      Augmentation augmentation,
      BatchPlan plan,
      List<String> warnings) {
    this.identity = identity;
    this.manifest = manifest;
    this.featureFiles = featureFiles;
    this.augmentation = augmentation;
    this.plan = plan;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Answers a data set request.
   *
   * @param epochs number of epochs for which batches are counted
   */
  public DataSetDescription describe(RunId run, String requestId, int epochs) {
    PlanOverview overview = plan.overview(epochs);
    return new DataSetDescription(
        run,
        split(),
        requestId,
        identity.version(),
        new UtteranceCounts(
            manifest.utterances().size(),
            manifest.skipped().counts(),
            manifest.unknownCharacters().total()),
        new PlannedBatches(overview.batches(), largestBatch(overview.largest())),
        warnings,
        featureFiles.vocabulary().tokens(),
        featureFiles.statistics());
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
    return Arrays.stream(batches.batch(batch)).mapToObj(manifest.utterances()::get).toList();
  }

  /** Returns the number of batches in an epoch; {@code epoch} counts from 1. */
  public int batches(int epoch) {
    return plan.batches(epoch);
  }

  /**
   * Returns an upper bound of the size of a batch's features, as 16-bit numbers, in bytes.
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

  /** Returns an upper bound of the heap that this data set takes, in bytes. */
  long mostHeapBytes() {
    return (long) HEAP_BYTES * manifest.utterances().size();
  }

  /** Explains in one line why the split has no usable utterance. */
  public String emptiness() {
    String remedy =
        split() == Split.TEST ? "; name another test_manifest or set test_off to True" : "";
    SkippedUtteranceLog skipped = manifest.skipped();
    if (skipped.isEmpty()) {
      return manifest() + ": has no line" + remedy;
    }
    String reasons =
        skipped.counts().entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    return "%s: no utterance can be used: %s; the first: %s%s"
        .formatted(manifest(), reasons, skipped.get(0).detail(), remedy);
  }

  public Split split() {
    return identity.split();
  }

  public DataSpecification specification() {
    return identity.specification();
  }

  public Location manifest() {
    return identity.manifest();
  }

  /** SHA-256 over the split, the specification and the hashes. */
  public String fingerprint() {
    return identity.version().fingerprint();
  }

  /**
   * What the features of all utterances depend on, besides the recordings. Data sets with the same
   * value have the same features for the same lines in this epoch, even if their batches differ.
   *
   * @param epoch from 1; it matters only with augmentation
   */
  public String features(int epoch) {
    return augmentation.isEmpty() ? identity.features() : identity.features() + "/" + epoch;
  }

  /** SHA-256 of each file, keyed by the role of the file. */
  public Map<String, String> hashes() {
    return identity.version().hashes();
  }

  /** The usable utterances. Each access reads the utterance from disk. */
  public List<UsableUtterance> utterances() {
    return manifest.utterances();
  }

  /** The lines that the manifest and the vocabulary alone rule out. Each access reads from disk. */
  public List<SkippedUtterance> skipped() {
    return manifest.skipped();
  }

  public MeanStd meanStd() {
    return featureFiles.meanStd();
  }

  /** The augmentation of the utterances; empty for a test split. */
  public Augmentation augmentation() {
    return augmentation;
  }

  /**
   * The shape of the largest batch. Its labels are limited to the output frames, because utterances
   * with more labels are skipped when the batch is made.
   */
  private BatchShape largestBatch(BatchRectangle largest) {
    return new BatchShape(
        largest.utterances(),
        largest.frames(),
        Math.min(manifest.utterances().mostLabels(), OutputFrames.of(largest.frames())));
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
