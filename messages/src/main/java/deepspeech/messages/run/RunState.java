package deepspeech.messages.run;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.SkipReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The state of a run, published to {@code deepspeech.runs} after every change. The newest state of
 * a run is all that a trainer needs to resume it.
 *
 * @param reason why the run failed or was rejected; null otherwise
 * @param configuration the effective configuration; null only if the run was rejected because of it
 * @param commands ids of the commands that led to this state, newest last; each is carried out once
 * @param position null until training starts
 * @param lastCheckpoint newest complete checkpoint; null if there is none
 * @param checkpoints complete checkpoints in the store, oldest first; null until known
 * @param pinned checkpoints that a person has pinned, oldest first; null until known
 * @param trainingSamples number of usable utterances of the training manifest; null until known
 * @param leftOut number of training utterances skipped so far by reason, each utterance counted
 *     once; null until known
 * @param warnings for the owner of the run, one line each, about data preparation and about the use
 *     of the checkpoint from which the run started; null until known
 */
public record RunState(
    RunId run,
    RunStatus status,
    String reason,
    TrainingConfiguration configuration,
    List<String> commands,
    Position position,
    CheckpointId lastCheckpoint,
    List<CheckpointId> checkpoints,
    List<CheckpointId> pinned,
    Integer trainingSamples,
    Map<SkipReason, Integer> leftOut,
    List<String> warnings,
    Instant time) {
  private static final int COMMANDS_REMEMBERED = 20;

  public RunState {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(status != null, "status", null, "a run status");
    InvalidMessageException.require(time != null, "time", null, "a time in ISO 8601");
    commands = commands == null ? List.of() : List.copyOf(commands);
    checkpoints = checkpoints == null ? null : List.copyOf(checkpoints);
    pinned = pinned == null ? null : List.copyOf(pinned);
    leftOut = leftOut == null ? null : Map.copyOf(leftOut);
    warnings = warnings == null ? null : List.copyOf(warnings);
  }

  /** A state without details about the data set and the checkpoints. */
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
        null,
        null,
        trainingSamples,
        null,
        null,
        time);
  }

  /** This state with another status. */
  public RunState withStatus(RunStatus newStatus, String newReason, Instant at) {
    Draft draft = new Draft(this);
    draft.status = newStatus;
    draft.reason = newReason;
    return draft.at(at);
  }

  /** This state with another position. */
  public RunState withPosition(Position newPosition, Instant at) {
    Draft draft = new Draft(this);
    draft.position = newPosition;
    return draft.at(at);
  }

  /**
   * This state with other data.
   *
   * @param samples number of usable utterances
   * @param told warnings, one line each
   */
  public RunState withData(Integer samples, List<String> told, Instant at) {
    Draft draft = new Draft(this);
    draft.trainingSamples = samples;
    draft.warnings = told;
    return draft.at(at);
  }

  /** This state with other warnings, one line each. */
  public RunState withWarnings(List<String> told, Instant at) {
    Draft draft = new Draft(this);
    draft.warnings = told;
    return draft.at(at);
  }

  /** This state with other numbers of skipped utterances. */
  public RunState withLeftOut(Map<SkipReason, Integer> counts, Instant at) {
    Draft draft = new Draft(this);
    draft.leftOut = counts;
    return draft.at(at);
  }

  /** This state with a newer checkpoint. */
  public RunState withLastCheckpoint(CheckpointId newest, Instant at) {
    Draft draft = new Draft(this);
    draft.lastCheckpoint = newest;
    return draft.at(at);
  }

  /** This state with other checkpoints in the store, oldest first. */
  public RunState withCheckpoints(List<CheckpointId> kept, Instant at) {
    Draft draft = new Draft(this);
    draft.checkpoints = kept;
    return draft.at(at);
  }

  /** This state with other pinned checkpoints, oldest first. */
  public RunState withPinned(List<CheckpointId> nowPinned, Instant at) {
    Draft draft = new Draft(this);
    draft.pinned = nowPinned;
    return draft.at(at);
  }

  /**
   * This state with one more command. Only the newest {@value #COMMANDS_REMEMBERED} commands are
   * retained.
   */
  public RunState withCommand(String id, Instant at) {
    List<String> more = new ArrayList<>(commands);
    more.add(id);
    Draft draft = new Draft(this);
    draft.commands = more.subList(Math.max(0, more.size() - COMMANDS_REMEMBERED), more.size());
    return draft.at(at);
  }

  /** This state with another time. */
  public RunState at(Instant at) {
    return new Draft(this).at(at);
  }

  /** A mutable copy of a state. */
  private static final class Draft {
    private final RunState from;
    private RunStatus status;
    private String reason;
    private List<String> commands;
    private Position position;
    private CheckpointId lastCheckpoint;
    private List<CheckpointId> checkpoints;
    private List<CheckpointId> pinned;
    private Integer trainingSamples;
    private Map<SkipReason, Integer> leftOut;
    private List<String> warnings;

    Draft(RunState from) {
      this.from = from;
      this.status = from.status;
      this.reason = from.reason;
      this.commands = from.commands;
      this.position = from.position;
      this.lastCheckpoint = from.lastCheckpoint;
      this.checkpoints = from.checkpoints;
      this.pinned = from.pinned;
      this.trainingSamples = from.trainingSamples;
      this.leftOut = from.leftOut;
      this.warnings = from.warnings;
    }

    RunState at(Instant time) {
      return new RunState(
          from.run,
          status,
          reason,
          from.configuration,
          commands,
          position,
          lastCheckpoint,
          checkpoints,
          pinned,
          trainingSamples,
          leftOut,
          warnings,
          time);
    }
  }
}
