package deepspeech.dashboard.history;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** All runs that the topics tell of. Thread-safe: one thread adds while others read. */
public final class History {
  private final Map<RunId, RunRecord> runs = new ConcurrentHashMap<>();
  private final AtomicLong versions = new AtomicLong();
  private DeadLetterBox withoutRun = new DeadLetterBox();

  /** Forgets everything. */
  public void clear() {
    runs.clear();
    synchronized (this) {
      withoutRun = new DeadLetterBox();
    }
  }

  /**
   * Takes the next message of its topic.
   *
   * @param id its {@code ce_id}; empty if it has none
   * @throws InvalidMessageException if it lacks what makes it of use
   */
  public void add(Object message, Optional<String> id) {
    if (message instanceof MetricPoint point) {
      require(point.time());
      change(point.run()).add(point);
      changed(point.run());
    } else if (message instanceof RunState state) {
      change(state.run()).add(state);
      changed(state.run());
    } else if (message instanceof CheckpointPublished checkpoint) {
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

  /** The runs, the one that changed last first. */
  public List<RunRecord> runs() {
    return runs.values().stream()
        .filter(RunRecord::isKnown)
        .sorted(Comparator.comparing(RunRecord::changed).reversed().thenComparing(RunRecord::run))
        .toList();
  }

  /** All that there is of runs, in no order. */
  public Collection<RunRecord> records() {
    return runs.values();
  }

  /** A run; empty if nothing tells of it. */
  public Optional<RunRecord> run(RunId run) {
    return Optional.ofNullable(runs.get(run));
  }

  /** What could not be used and belongs to no run that can be told. */
  public synchronized DeadLetters deadLettersWithoutRun(Optional<String> reason) {
    return new DeadLetters(withoutRun.counts(), withoutRun.newest(reason));
  }

  /** The number of metric points held. */
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
      // Its sender could not tell a run either.
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
