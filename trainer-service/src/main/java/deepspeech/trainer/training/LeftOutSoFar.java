package deepspeech.trainer.training;

import deepspeech.messages.deadletter.LeftOutReason;
import java.util.Map;

/**
 * The utterances that the batches of a run have left out.
 *
 * @param counts by reason
 * @param lines bit set of their lines in the manifest, little endian, in Base64
 */
public record LeftOutSoFar(Map<LeftOutReason, Integer> counts, String lines) {
  public LeftOutSoFar {
    counts = Map.copyOf(counts);
  }
}
