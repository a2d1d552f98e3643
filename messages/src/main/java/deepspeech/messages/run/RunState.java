package deepspeech.messages.run;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The state of a run, published to {@code deepspeech.runs} after every change. The newest state of
 * a run is all that a trainer needs to resume it. Its JSON is flat: the fields of {@code phase},
 * {@code assignment}, {@code stored} and {@code data} stand beside the others.
 *
 * @param configuration the effective configuration; null only if the run was rejected because of it
 * @param commands ids of the commands that led to this state, newest last; each is carried out once
 * @param position null until training starts
 */
public record RunState(
    RunId run,
    @JsonUnwrapped RunPhase phase,
    @JsonUnwrapped RunAssignment assignment,
    TrainingConfiguration configuration,
    List<String> commands,
    Position position,
    @JsonUnwrapped RunCheckpoints stored,
    @JsonUnwrapped RunData data,
    Instant time) {
  private static final int COMMANDS_REMEMBERED = 20;

  public RunState {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(time != null, "time", null, "a time in ISO 8601");
    commands = commands == null ? List.of() : List.copyOf(commands);
  }

  /** The state of a new run that is queued. */
  public static RunState accepted(RunId run, TrainingConfiguration configuration, Instant at) {
    return first(run, RunPhase.of(RunStatus.ACCEPTED, null), configuration, List.of(), at);
  }

  /** The state of a run that is known only from its checkpoints. */
  public static RunState stopped(RunId run, TrainingConfiguration configuration, Instant at) {
    return first(run, RunPhase.of(RunStatus.STOPPED, null), configuration, List.of(), at);
  }

  /**
   * The state of a run whose first command was rejected.
   *
   * @param command the id of that command
   */
  public static RunState rejected(RunId run, String command, String reason, Instant at) {
    return first(run, RunPhase.of(RunStatus.REJECTED, reason), null, List.of(command), at);
  }

  private static RunState first(
      RunId run,
      RunPhase phase,
      TrainingConfiguration configuration,
      List<String> commands,
      Instant at) {
    return new RunState(
        run,
        phase,
        RunAssignment.UNKNOWN,
        configuration,
        commands,
        null,
        RunCheckpoints.UNKNOWN,
        RunData.UNKNOWN,
        at);
  }

  /** The state of a new run that is queued under the name of this run, which it replaces. */
  public RunState replaced(TrainingConfiguration newConfiguration, Instant at) {
    return first(run, RunPhase.of(RunStatus.ACCEPTED, null), newConfiguration, commands, at);
  }

  /** The state of this run when it is queued again with another configuration. */
  public RunState resumed(TrainingConfiguration newConfiguration, Instant at) {
    return new RunState(
        run,
        RunPhase.of(RunStatus.ACCEPTED, null),
        assignment.ofNone(),
        newConfiguration,
        commands,
        position,
        stored,
        RunData.ofSamples(data.trainingSamples()),
        at);
  }

  public RunStatus status() {
    return phase.status();
  }

  /**
   * Returns true if the run waits for a trainer. A run that has left its trainer to another run
   * waits like a new one.
   */
  public boolean waits() {
    return !status().ended() && assignment.trainer() == null;
  }

  /** Returns true if the run finished before its last epoch. */
  public boolean endedEarly() {
    return status() == RunStatus.FINISHED && reason() != null;
  }

  /** Why the run failed, was rejected or finished before its last epoch; null otherwise. */
  public String reason() {
    return phase.reason();
  }

  /** The newest complete checkpoint; null if there is none. */
  public CheckpointId lastCheckpoint() {
    return stored.lastCheckpoint();
  }

  /** The complete checkpoints in the store, oldest first; null until known. */
  public List<CheckpointId> checkpoints() {
    return stored.checkpoints();
  }

  /** The checkpoints that a person has pinned, oldest first; null until known. */
  public List<CheckpointId> pinned() {
    return stored.pinned();
  }

  /** The number of usable utterances of the training manifest; null until known. */
  public Integer trainingSamples() {
    return data.trainingSamples();
  }

  /** The number of training utterances skipped so far by reason; null until known. */
  public Map<SkipReason, Integer> skipped() {
    return data.skipped();
  }

  /** Warnings for the owner of the run, one line each; null until known. */
  public List<String> warnings() {
    return data.warnings();
  }

  /** This state with another status, which needs no reason. */
  public RunState withStatus(RunStatus newStatus, Instant at) {
    return withStatus(newStatus, null, at);
  }

  /**
   * This state with another status.
   *
   * @param newReason why the run failed, was rejected or finished before its last epoch; null
   *     otherwise
   */
  public RunState withStatus(RunStatus newStatus, String newReason, Instant at) {
    return new RunState(
        run,
        new RunPhase(newStatus, newReason, phase.stopping()),
        newStatus.ended() ? assignment.ofNone() : assignment,
        configuration,
        commands,
        position,
        stored,
        data,
        at);
  }

  /**
   * This state at the end of the queue of its priority.
   *
   * @param priority null for the normal one
   * @param preempt true if a run of a lower priority has to leave its trainer to this one
   */
  public RunState queued(Integer priority, Boolean preempt, Instant at) {
    return with(RunAssignment.queued(priority, preempt, at), at);
  }

  /** This state after a command to stop, which the trainer of the run has yet to carry out. */
  public RunState stopping(Instant at) {
    return new RunState(
        run,
        new RunPhase(phase.status(), phase.reason(), true),
        assignment,
        configuration,
        commands,
        position,
        stored,
        data,
        at);
  }

  /**
   * This state when a trainer takes the run. A run that a command has stopped, and whose trainer
   * died before it ended the run, is stopped.
   */
  public RunState takenBy(String trainer, Instant at) {
    if (status().ended()) {
      return this;
    }
    return phase.stopping() == null ? withTrainer(trainer, at) : withStatus(RunStatus.STOPPED, at);
  }

  /** This state with the trainer that trains the run since then. */
  public RunState withTrainer(String trainer, Instant at) {
    return with(assignment.of(trainer, at), at);
  }

  /** This state without a trainer: the run waits for the next one. */
  public RunState withoutTrainer(Instant at) {
    return with(assignment.ofNone(), at);
  }

  /** This state when a trainer, whose memory does not suffice, leaves the run to another one. */
  public RunState leftBy(String smallTrainer, Instant at) {
    return with(assignment.leftBy(smallTrainer), at);
  }

  /** This state with another position. */
  public RunState withPosition(Position other, Instant at) {
    return new RunState(run, phase, assignment, configuration, commands, other, stored, data, at);
  }

  /**
   * This state with other data.
   *
   * @param samples number of usable utterances
   * @param warnings warnings, one line each
   */
  public RunState withData(Integer samples, List<String> warnings, Instant at) {
    return with(new RunData(samples, data.skipped(), warnings), at);
  }

  /** This state with other warnings, one line each. */
  public RunState withWarnings(List<String> warnings, Instant at) {
    return with(new RunData(data.trainingSamples(), data.skipped(), warnings), at);
  }

  /** This state with other numbers of skipped utterances. */
  public RunState withSkipped(Map<SkipReason, Integer> counts, Instant at) {
    return with(new RunData(data.trainingSamples(), counts, data.warnings()), at);
  }

  /** This state with a newer checkpoint. */
  public RunState withLastCheckpoint(CheckpointId newest, Instant at) {
    return with(new RunCheckpoints(newest, stored.checkpoints(), stored.pinned()), at);
  }

  /** This state with other checkpoints in the store, oldest first. */
  public RunState withCheckpoints(List<CheckpointId> kept, Instant at) {
    return with(new RunCheckpoints(stored.lastCheckpoint(), kept, stored.pinned()), at);
  }

  /** This state with other pinned checkpoints, oldest first. */
  public RunState withPinned(List<CheckpointId> nowPinned, Instant at) {
    return with(new RunCheckpoints(stored.lastCheckpoint(), stored.checkpoints(), nowPinned), at);
  }

  /**
   * This state with one more command. Only the newest {@value #COMMANDS_REMEMBERED} commands are
   * retained.
   */
  public RunState withCommand(String id, Instant at) {
    List<String> more = new ArrayList<>(commands);
    more.add(id);
    List<String> newest = more.subList(Math.max(0, more.size() - COMMANDS_REMEMBERED), more.size());
    return new RunState(run, phase, assignment, configuration, newest, position, stored, data, at);
  }

  /** This state with another time. */
  public RunState at(Instant at) {
    return with(data, at);
  }

  private RunState with(RunAssignment other, Instant at) {
    return new RunState(run, phase, other, configuration, commands, position, stored, data, at);
  }

  private RunState with(RunCheckpoints other, Instant at) {
    return new RunState(run, phase, assignment, configuration, commands, position, other, data, at);
  }

  private RunState with(RunData other, Instant at) {
    return new RunState(
        run, phase, assignment, configuration, commands, position, stored, other, at);
  }
}
