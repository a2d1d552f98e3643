package deepspeech.messages.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import deepspeech.messages.features.SkipReason;
import java.util.List;
import java.util.Map;

/**
 * What data preparation reports about the training data of a run.
 *
 * @param trainingSamples number of usable utterances of the training manifest; null until known
 * @param skipped number of training utterances skipped so far by reason, each utterance counted
 *     once; null until known
 * @param warnings for the owner of the run, one line each, about data preparation and about the use
 *     of the checkpoint from which the run started; null until known
 */
public record RunData(
    Integer trainingSamples,
    @JsonProperty("left_out") Map<SkipReason, Integer> skipped,
    List<String> warnings) {
  /** The data of a run whose training has not started. */
  public static final RunData UNKNOWN = ofSamples(null);

  public RunData {
    skipped = skipped == null ? null : Map.copyOf(skipped);
    warnings = warnings == null ? null : List.copyOf(warnings);
  }

  /** The data of a queued run, of which at most the number of usable utterances is known. */
  static RunData ofSamples(Integer trainingSamples) {
    return new RunData(trainingSamples, null, null);
  }
}
