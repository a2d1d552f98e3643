package deepspeech.evaluator.evaluation;

import deepspeech.evaluator.recognition.EchoModel;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A test set of two batches and what an {@link EchoModel} makes of it. */
public final class TestData {
  public static final RunId RUN = new RunId("demo");
  public static final List<String> VOCABULARY = List.of("<blank>", "a", "b", "c", " ");
  public static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  public static final String FINGERPRINT = "f";

  public static final DataSpecification TEST =
      new DataSpecification(
          new DataFiles("manifest.test", "vocab.txt", "mean_std.npz"),
          new DurationLimits(0, 20),
          new Batching(2, "batch_shuffle_clipped"),
          TextRules.DEFAULT,
          0);

  /** Edits: none, one substitution, two deletions. Characters: 2, 3, 4. */
  public static final double CER = 3.0 / 9;

  /** Edits: none, one substitution, one deletion. Words: 1, 2, 2. */
  public static final double WER = 2.0 / 5;

  private TestData() {}

  /** Two batches: of two utterances, and of one with another skipped. */
  public static List<FeatureBatch> batches() {
    return List.of(batch(RUN, 0), batch(RUN, 1));
  }

  /** One of the two. */
  public static FeatureBatch batch(RunId run, int batch) {
    return batch(run, batch, FINGERPRINT);
  }

  /** The same of a data set of another fingerprint. */
  public static FeatureBatch batch(RunId run, int batch, String fingerprint) {
    BatchKey key = new BatchKey(run, Split.TEST, fingerprint, 1, batch);
    return batch == 0
        ? EchoModel.batch(key, VOCABULARY, 1, List.of("ab", "a c"), List.of("ab", "a b"), List.of())
        : EchoModel.batch(
            key,
            VOCABULARY,
            4,
            List.of("ab c"),
            List.of("ab"),
            List.of(
                new SkippedUtterance(5, "broken.wav", SkipReason.BROKEN_AUDIO, "no RIFF header")));
  }

  /** The description of data-prep: four utterances, and one that the manifest skips. */
  public static DataSetDescription description(RunId run, String requestId) {
    return description(run, requestId, FINGERPRINT, Map.of());
  }

  /** The same of files with these hashes. */
  public static DataSetDescription description(
      RunId run, String requestId, String fingerprint, Map<String, String> hashes) {
    return new DataSetDescription(
        run,
        Split.TEST,
        requestId,
        new DataSetVersion(fingerprint, hashes),
        new UtteranceCounts(4, Map.of(SkipReason.TOO_LONG, 1), 0),
        new PlannedBatches(new int[] {2}, new BatchShape(2, 100, 4)),
        List.of(),
        VOCABULARY,
        new FeatureStatistics(new double[161], new double[161], new byte[0]));
  }

  /** The event of the n-th epoch's checkpoint. */
  public static CheckpointCommitted checkpoint(int epoch) {
    return new CheckpointCommitted(
        RUN,
        CheckpointId.endOfEpoch(epoch),
        epoch,
        7,
        7L * epoch,
        "s3://models/runs/demo/checkpoints/" + CheckpointId.endOfEpoch(epoch) + "/",
        List.of(),
        TEST,
        Provenance.NONE,
        TIME);
  }
}
