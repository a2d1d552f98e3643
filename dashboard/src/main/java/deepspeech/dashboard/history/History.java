package deepspeech.dashboard.history;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** All runs that appear in the topics. Thread-safe: one thread adds while others read. */
public final class History {
  private final Map<RunId, RunRecord> runs = new ConcurrentHashMap<>();
  private final AtomicLong versions = new AtomicLong();
  private DeadLetterBox withoutRun = new DeadLetterBox();

  /** Removes all data. */
  public void clear() {
    runs.clear();
    synchronized (this) {
      withoutRun = new DeadLetterBox();
    }
  }

  /**
   * Adds the next message of a topic.
   *
   * @param id {@code ce_id} of the message; empty if it has none
   * @throws InvalidMessageException if the message lacks a field that is needed here
   */
  public void add(Object message, Optional<String> id) {
    if (message instanceof MetricPoint point) {
      require(point.time());
      change(point.run()).add(point);
      changed(point.run());
    } else if (message instanceof RunState state) {
      change(state.run()).add(state);
      changed(state.run());
    } else if (message instanceof CheckpointCommitted checkpoint) {
      require(checkpoint.time());
      change(checkpoint.run()).add(checkpoint);
      changed(checkpoint.run());
    } else if (message instanceof Evaluation evaluation) {
      InvalidMessageException.require(evaluation.run() != null, "run", null, "the name of a run");
      InvalidMessageException.require(
          evaluation.checkpoint() != null, "checkpoint", null, "a checkpoint id");
      require(evaluation.time());
      change(evaluation.run()).add(evaluation);
      changed(evaluation.run());
    } else if (message instanceof DeadLetter letter) {
      add(letter, id);
    }
  }

  /** The known runs, the most recently changed first. */
  public List<RunRecord> runs() {
    return runs.values().stream()
        .filter(RunRecord::isKnown)
        .sorted(Comparator.comparing(RunRecord::changed).reversed().thenComparing(RunRecord::run))
        .toList();
  }

  /** All records of runs, in no particular order, including those that {@link #runs} omits. */
  public Collection<RunRecord> records() {
    return runs.values();
  }

  /** The record of a run; empty if no message mentions the run. */
  public Optional<RunRecord> run(RunId run) {
    return Optional.ofNullable(runs.get(run));
  }

  /** The dead letters that cannot be assigned to a run. */
  public synchronized DeadLetters deadLettersWithoutRun(Optional<String> reason) {
    return new DeadLetters(withoutRun.counts(), withoutRun.newest(reason));
  }

  /** Number of metric points in memory. */
  public long points() {
    return runs.values().stream().mapToLong(record -> record.curves().points()).sum();
  }

  private void add(DeadLetter letter, Optional<String> id) {
    Optional<RunId> run = runOf(letter);
    if (run.isEmpty()) {
      synchronized (this) {
        withoutRun.add(letter, id);
      }
    } else if (change(run.get()).add(letter, id)) {
      changed(run.get());
    }
  }

  private static Optional<RunId> runOf(DeadLetter letter) {
    try {
      return Optional.ofNullable(letter.run()).map(RunId::new);
    } catch (InvalidMessageException e) {
      // The sender of the letter could not identify a run either.
      return Optional.empty();
    }
  }

  private RunRecord change(RunId run) {
    return runs.computeIfAbsent(run, RunRecord::new);
  }

  private void changed(RunId run) {
    change(run).version(versions.incrementAndGet());
  }

  private static void require(Instant time) {
    InvalidMessageException.require(time != null, "time", null, "a time in ISO 8601");
  }
}
