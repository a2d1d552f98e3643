package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.util.List;
import java.util.Map;

/**
 * The description of a data set by data-prep. Its JSON is flat: the fields of the version, the
 * counts, the batches and the statistics stand beside the others.
 *
 * @param warnings for the owner of the run, one line each
 * @param vocabulary tokens by label, the blank first
 */
public record DataSetDescription(
    RunId run,
    Split split,
    String requestId,
    @JsonUnwrapped DataSetVersion version,
    @JsonUnwrapped UtteranceCounts counts,
    @JsonUnwrapped PlannedBatches planned,
    List<String> warnings,
    List<String> vocabulary,
    @JsonUnwrapped FeatureStatistics statistics) {
  /** SHA-256 over the data specification and the hashes. */
  public String fingerprint() {
    return version.fingerprint();
  }

  /** SHA-256 of each file, by the role of the file. */
  public Map<String, String> hashes() {
    return version.hashes();
  }

  /** The number of usable utterances according to the manifest. */
  public int utterances() {
    return counts.utterances();
  }

  /** The number of utterances already skipped, by reason. */
  public Map<SkipReason, Integer> skipped() {
    return counts.skipped();
  }

  /** The number of batches in each epoch, from the first. */
  public int[] batches() {
    return planned.batches();
  }

  /** Upper limits for the shape of any batch. */
  public BatchShape largestBatch() {
    return planned.largestBatch();
  }
}
