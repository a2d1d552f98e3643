package deepspeech.trainer.training;

import deepspeech.messages.features.SkipReason;
import java.util.Map;

/**
 * The utterances that the batches of a run have skipped.
 *
 * @param counts their number by reason
 * @param lines a bit set of their lines in the manifest, little endian, in Base64
 */
public record SkippedUtterances(Map<SkipReason, Integer> counts, String lines) {
  public SkippedUtterances {
    counts = Map.copyOf(counts);
  }
}
