package deepspeech.dashboard.history;

import deepspeech.curves.RunCurves;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The known data of one run. Thread-safe: one thread adds while others read. */
public final class RunRecord {
  private final RunId run;
  private final RunCurves curves = new RunCurves();
  private final NavigableMap<CheckpointId, CheckpointCommitted> checkpoints = new TreeMap<>();
  private final NavigableMap<CheckpointId, Evaluation> evaluations = new TreeMap<>();
  private final DeadLetterBox deadLetters = new DeadLetterBox();

  private RunState state;
  private Instant changed = Instant.EPOCH;
  private volatile long version;

  RunRecord(RunId run) {
    this.run = run;
  }

  public RunId run() {
    return run;
  }

  public RunCurves curves() {
    return curves;
  }

  /** A number that grows with each change. */
  public long version() {
    return version;
  }

  /** The newest state; empty if only other messages mention the run. */
  public synchronized Optional<RunState> state() {
    return Optional.ofNullable(state);
  }

  /** Time of the last change, according to the messages. */
  public synchronized Instant changed() {
    return changed;
  }

  /**
   * True if the run has a state, metric points or checkpoints, and is more than a name in a dead
   * letter.
   */
  public synchronized boolean isKnown() {
    return state != null || !curves.keys().isEmpty() || !checkpoints.isEmpty();
  }

  /** The checkpoints that no resume has invalidated, in the order of training. */
  public synchronized List<CheckpointCommitted> checkpoints() {
    return checkpoints.values().stream()
        .filter(checkpoint -> !curves.isVoid(checkpoint.step(), checkpoint.time()))
        .toList();
  }

  /** The test results that no resume has invalidated, in the order of training. */
  public synchronized List<Evaluation> evaluations() {
    return evaluations.values().stream()
        .filter(evaluation -> !curves.isVoid(evaluation.step(), evaluation.announced()))
        .toList();
  }

  /** The test result with the lowest CER; among equal results the earliest. */
  public Optional<Evaluation> best() {
    return evaluations().stream().min(Comparator.comparingDouble(Evaluation::cer));
  }

  /** The dead letters of the run: counts of all letters, and the newest letters. */
  public synchronized DeadLetters deadLetters(Optional<String> reason) {
    return new DeadLetters(deadLetters.counts(), deadLetters.newest(reason));
  }

  synchronized void add(RunState next) {
    state = next;
    if (next.position() != null) {
      curves.reportBatches(next.position().epoch(), next.position().batches());
    }
    changedAt(next.time());
  }

  synchronized void add(MetricPoint point) {
    curves.add(point);
    changedAt(point.time());
  }

  synchronized void add(CheckpointCommitted checkpoint) {
    checkpoints.put(checkpoint.checkpoint(), checkpoint);
    if (checkpoint.checkpoint().isEndOfEpoch()) {
      curves.reportBatches(checkpoint.epoch(), checkpoint.batch());
    }
    changedAt(checkpoint.time());
  }

  synchronized void add(Evaluation evaluation) {
    evaluations.put(evaluation.checkpoint(), evaluation);
    changedAt(evaluation.time());
  }

  synchronized boolean add(DeadLetter letter, Optional<String> id) {
    return deadLetters.add(letter, id);
  }

  void version(long next) {
    version = next;
  }

  private void changedAt(Instant time) {
    changed = time.isAfter(changed) ? time : changed;
  }
}
