package deepspeech.messages.run;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.configuration.TrainingConfiguration;
import java.time.Instant;
import java.util.List;

/**
 * The state of a run, published to {@code deepspeech.runs} after every change. The newest one a run
 * is all that a trainer needs to go on with it.
 *
 * @param reason why the run failed or was rejected; null otherwise
 * @param configuration the effective configuration; null only if it was rejected for it
 * @param commands ids of the commands that led here, newest last: each is carried out once
 * @param position null until training starts
 * @param lastCheckpoint newest complete checkpoint; null if there is none
 * @param trainingSamples usable utterances of the training manifest; null until known
 */
public record RunState(
    RunId run,
    RunStatus status,
    String reason,
    TrainingConfiguration configuration,
    List<String> commands,
    Position position,
    CheckpointId lastCheckpoint,
    Integer trainingSamples,
    Instant time) {
  public RunState {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(status != null, "status", null, "a run status");
    InvalidMessageException.require(time != null, "time", null, "a time in ISO 8601");
    commands = commands == null ? List.of() : List.copyOf(commands);
  }
}
