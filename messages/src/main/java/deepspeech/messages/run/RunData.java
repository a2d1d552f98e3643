package deepspeech.messages.run;

import deepspeech.messages.deadletter.SkipReason;
import java.util.List;
import java.util.Map;

/**
 * What data preparation reports about the training data of a run.
 *
 * @param trainingSamples number of usable utterances of the training manifest; null until known
 * @param leftOut number of training utterances skipped so far by reason, each utterance counted
 *     once; null until known
 * @param warnings for the owner of the run, one line each, about data preparation and about the use
 *     of the checkpoint from which the run started; null until known
 */
public record RunData(
    Integer trainingSamples, Map<SkipReason, Integer> leftOut, List<String> warnings) {
  /** The data of a run whose training has not started. */
  public static final RunData UNKNOWN = new RunData(null, null, null);

  public RunData {
    leftOut = leftOut == null ? null : Map.copyOf(leftOut);
    warnings = warnings == null ? null : List.copyOf(warnings);
  }
}
