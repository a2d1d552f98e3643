package deepspeech.messages.run;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.LeftOutReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
 * @param leftOut training utterances left out so far, each counted once, by reason; null until
 *     known
 * @param warnings for the owner of the run, of data preparation and of what became of the
 *     checkpoint that it began with, a line each; null until known
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
    Map<LeftOutReason, Integer> leftOut,
    List<String> warnings,
    Instant time) {
  private static final int COMMANDS_REMEMBERED = 20;

  public RunState {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(status != null, "status", null, "a run status");
    InvalidMessageException.require(time != null, "time", null, "a time in ISO 8601");
    commands = commands == null ? List.of() : List.copyOf(commands);
    leftOut = leftOut == null ? null : Map.copyOf(leftOut);
    warnings = warnings == null ? null : List.copyOf(warnings);
  }

  /** A run whose data set is not known yet, or is not of interest. */
  public RunState(
      RunId run,
      RunStatus status,
      String reason,
      TrainingConfiguration configuration,
      List<String> commands,
      Position position,
      CheckpointId lastCheckpoint,
      Integer trainingSamples,
      Instant time) {
    this(
        run,
        status,
        reason,
        configuration,
        commands,
        position,
        lastCheckpoint,
        trainingSamples,
        null,
        null,
        time);
  }

  /** The same run in another status. */
  public RunState withStatus(RunStatus newStatus, String newReason, Instant at) {
    return new RunState(
        run,
        newStatus,
        newReason,
        configuration,
        commands,
        position,
        lastCheckpoint,
        trainingSamples,
        leftOut,
        warnings,
        at);
  }

  /** The same run further on. */
  public RunState withPosition(Position newPosition, Instant at) {
    return new RunState(
        run,
        status,
        reason,
        configuration,
        commands,
        newPosition,
        lastCheckpoint,
        trainingSamples,
        leftOut,
        warnings,
        at);
  }

  /** The same run with other counts of what was left out. */
  public RunState withLeftOut(Map<LeftOutReason, Integer> counts, Instant at) {
    return new RunState(
        run,
        status,
        reason,
        configuration,
        commands,
        position,
        lastCheckpoint,
        trainingSamples,
        counts,
        warnings,
        at);
  }

  /** The same run with a newer checkpoint. */
  public RunState withLastCheckpoint(CheckpointId newest, Instant at) {
    return new RunState(
        run,
        status,
        reason,
        configuration,
        commands,
        position,
        newest,
        trainingSamples,
        leftOut,
        warnings,
        at);
  }

  /**
   * The same run with one command more; of old ones only the newest {@value #COMMANDS_REMEMBERED}
   * are kept.
   */
  public RunState withCommand(String id, Instant at) {
    List<String> more = new ArrayList<>(commands);
    more.add(id);
    return new RunState(
        run,
        status,
        reason,
        configuration,
        more.subList(Math.max(0, more.size() - COMMANDS_REMEMBERED), more.size()),
        position,
        lastCheckpoint,
        trainingSamples,
        leftOut,
        warnings,
        at);
  }
}
