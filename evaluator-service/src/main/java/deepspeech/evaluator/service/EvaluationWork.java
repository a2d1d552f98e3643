package deepspeech.evaluator.service;

import deepspeech.broker.BrokerException;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.evaluator.backlog.Backlog;
import deepspeech.evaluator.backlog.BacklogTopics;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.evaluation.TestedEvents;
import deepspeech.evaluator.sharing.SharedTests;
import deepspeech.evaluator.testset.TestTopicSweep;
import deepspeech.messages.identity.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the evaluator does between evaluations: it reads the backlog, acknowledges the processed
 * events, deletes test topics that are no longer needed, and chooses the next checkpoint.
 *
 * <p>Not thread-safe.
 */
final class EvaluationWork implements EvaluationWorker.Work, TestedEvents {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationWork.class);
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(10);

  private final Backlog backlog;
  private final BacklogTopics topics;
  private final DeliveredEvents delivered;
  private final SharedTests tests;
  private final TestTopicSweep sweep;
  private final Consumer<RunId> ended;
  private final EvaluationStatus status;
  private final Set<RunId> toEnd = new TreeSet<>();
  private long sweptAt = System.nanoTime() - SWEEP_INTERVAL.toNanos();

  /**
   * Creates the work.
   *
   * @param ended receives each run that has ended and whose last checkpoint is processed
   */
  EvaluationWork(
      Backlog backlog,
      BacklogTopics topics,
      DeliveredEvents delivered,
      SharedTests tests,
      TestTopicSweep sweep,
      Consumer<RunId> ended,
      EvaluationStatus status) {
    this.backlog = backlog;
    this.topics = topics;
    this.delivered = delivered;
    this.tests = tests;
    this.sweep = sweep;
    this.ended = ended;
    this.status = status;
  }

  @Override
  public Optional<UntestedCheckpoint> next() throws InterruptedException {
    catchUp();
    if (System.nanoTime() - sweptAt >= SWEEP_INTERVAL.toNanos()) {
      sweptAt = System.nanoTime();
      sweep();
    }
    List<UntestedCheckpoint> order = backlog.inOrder().stream().filter(status::isDue).toList();
    try {
      return tests.next(order);
    } catch (CheckpointStoreException e) {
      // The test of the first checkpoint will fail too, and reports that it is delayed.
      LOG.debug("{}", e.getMessage());
      return order.stream().findFirst();
    }
  }

  @Override
  public boolean contains(String event) throws InterruptedException {
    catchUp();
    return backlog.hasEnded(event);
  }

  private void catchUp() throws InterruptedException {
    topics.catchUp();
    delivered.complete(backlog::hasEnded);
    status.update(backlog.size(), backlog::isUntested);
  }

  private void sweep() throws InterruptedException {
    try {
      toEnd.addAll(sweep.sweep(backlog::isWaiting));
      for (RunId run : List.copyOf(toEnd)) {
        ended.accept(run);
        toEnd.remove(run);
        LOG.info("run {} has ended: its test features are deleted", run);
      }
    } catch (BrokerException | CheckpointStoreException e) {
      LOG.warn("{}", e.getMessage());
    }
  }
}
