package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.run.RunId;
import deepspeech.messages.topic.Topics;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import java.util.Comparator;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads which checkpoints were announced, by whichever trainer, and which of them were tested, or
 * could not be, so that retention leaves each until then and no longer.
 */
final class EvaluationFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationFollower.class);

  private final PendingEvaluations pending;
  private final EventTail<Object> tail;
  private final Thread thread = new Thread(this::follow, "evaluation-follower");

  /**
   * Reads what there is so far.
   *
   * @throws BrokerException if a topic cannot be read
   */
  EvaluationFollower(BrokerConfiguration broker, PendingEvaluations pending)
      throws InterruptedException {
    this.pending = pending;
    this.tail =
        EventTail.of(
            broker,
            Map.<String, Class<?>>of(
                Topics.CHECKPOINTS, CheckpointPublished.class,
                Topics.EVALUATIONS, Evaluation.class,
                Topics.DEAD_LETTERS, DeadLetter.class),
            EventTail.Start.BEGINNING);
    thread.setDaemon(true);
    // Of several topics: a test comes after its checkpoint by time alone.
    tail.upToNow().stream()
        .sorted(Comparator.comparing(ReceivedEvent::time))
        .forEach(event -> take(event.body()));
  }

  void start() {
    thread.start();
  }

  private void follow() {
    try (tail) {
      tail.forEach(event -> take(event.body()));
    } catch (InterruptedException e) {
      LOG.debug("evaluations are no longer followed");
    } catch (BrokerException e) {
      LOG.warn(
          "evaluations are no longer followed, old checkpoints stay longer: {}", e.getMessage());
    }
  }

  private void take(Object message) {
    if (message instanceof CheckpointPublished checkpoint) {
      pending.announced(checkpoint);
    } else if (message instanceof Evaluation evaluation) {
      pending.settled(evaluation.run(), evaluation.checkpoint());
    } else if (message instanceof DeadLetter letter
        && letter.kind().equals(DeadLetter.CHECKPOINT)) {
      try {
        pending.settled(new RunId(letter.run()), CheckpointId.parse(letter.subject()));
      } catch (InvalidMessageException e) {
        LOG.debug("a checkpoint's dead letter that names no checkpoint: {}", e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    tail.stop();
  }
}
