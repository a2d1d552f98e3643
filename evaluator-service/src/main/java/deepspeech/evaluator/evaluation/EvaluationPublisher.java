package deepspeech.evaluator.evaluation;

import deepspeech.evaluator.backlog.EventIds;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.sharing.SharedTest;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.time.Clock;
import java.util.Set;

/**
 * Publishes the outcome of tests. Every message has an id that follows from the event's id, and the
 * evaluation is published last, so the outcome of an event is complete once its evaluation is
 * published.
 *
 * <p>Not thread-safe.
 */
public final class EvaluationPublisher {
  private final EventSink sink;
  private final PublishedIds ids;
  private final Clock clock;

  /**
   * Creates a publisher.
   *
   * @param ids is read if an earlier attempt to publish has failed, or its evaluator has died
   */
  public EvaluationPublisher(EventSink sink, PublishedIds ids, Clock clock) {
    this.sink = sink;
    this.ids = ids;
    this.clock = clock;
  }

  /** Publishes the metric points of a test that are not published yet, and then its evaluation. */
  void publish(SharedTest test, String event, Evaluation evaluation) throws InterruptedException {
    Set<String> published = test.isPublicationBegun() ? ids.read() : Set.of();
    publishPoint(test, published, event, evaluation, MetricName.TEST_CER, evaluation.cer());
    if (evaluation.wer() != null) {
      publishPoint(test, published, event, evaluation, MetricName.TEST_WER, evaluation.wer());
    }
    publishOnce(test, published, evaluation, EventIds.evaluation(event));
  }

  private void publishPoint(
      SharedTest test,
      Set<String> published,
      String event,
      Evaluation evaluation,
      MetricName name,
      double value)
      throws InterruptedException {
    publishOnce(
        test,
        published,
        new MetricPoint(
            evaluation.run(),
            name,
            value,
            evaluation.step(),
            evaluation.epoch(),
            evaluation.batch(),
            evaluation.time()),
        EventIds.point(event, name));
  }

  private void publishOnce(SharedTest test, Set<String> published, Object message, String id)
      throws InterruptedException {
    if (!published.contains(id)) {
      test.requireMine();
      sink.publish(message, id);
    }
  }

  /** Publishes that a checkpoint cannot be tested. */
  void deadLetter(SharedTest test, UntestedCheckpoint untested, String reason)
      throws InterruptedException {
    CheckpointCommitted checkpoint = untested.checkpoint();
    test.requireMine();
    sink.publish(
        DeadLetter.rejected(
            DeadLetter.CHECKPOINT,
            checkpoint.run(),
            checkpoint.checkpoint().toString(),
            reason,
            Json.write(checkpoint),
            clock.instant()),
        EventIds.deadLetter(untested.event()));
  }
}
