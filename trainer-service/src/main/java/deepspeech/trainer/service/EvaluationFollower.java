package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.topic.Topics;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import deepspeech.trainer.run.TestWarnings;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.TakenOverException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads which checkpoints were announced, by any trainer, and which of them were tested or could
 * not be tested. Retention keeps each checkpoint until then and no longer. A run gets a warning if
 * none of its checkpoints can be tested, or if one of its tests is delayed.
 */
final class EvaluationFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationFollower.class);

  private final PendingEvaluations pending;
  private final TestWarnings warnings;
  private final FollowedTopic<Object> topics;

  /**
   * Reads the existing events.
   *
   * @throws BrokerException if a topic cannot be read
   */
  EvaluationFollower(BrokerConfiguration broker, PendingEvaluations pending, TestWarnings warnings)
      throws InterruptedException {
    this.pending = pending;
    this.warnings = warnings;
    EventTail<Object> tail =
        EventTail.of(
            broker,
            Map.<String, Class<?>>of(
                Topics.CHECKPOINTS, CheckpointCommitted.class,
                Topics.EVALUATIONS, Evaluation.class,
                Topics.DEAD_LETTERS, DeadLetter.class),
            EventTail.Start.BEGINNING);
    // The events come from several topics. They are ordered by the announcements that they refer
    // to.
    tail.upToNow().stream()
        .sorted(Comparator.comparing(EvaluationFollower::announced))
        .forEach(event -> take(event.body()));
    topics = new FollowedTopic<>("evaluation-follower", tail, this::take);
  }

  private static Instant announced(ReceivedEvent<Object> event) {
    if (event.body() instanceof CheckpointCommitted checkpoint) {
      return checkpoint.time();
    } else if (event.body() instanceof Evaluation evaluation) {
      return after(evaluation.announced());
    }
    return event.body() instanceof DeadLetter letter
        ? announcement(letter)
            .map(CheckpointCommitted::time)
            .map(EvaluationFollower::after)
            .orElse(event.time())
        : event.time();
  }

  /** The end of a test sorts after the event that requested it. */
  private static Instant after(Instant announced) {
    return announced.plusNanos(1);
  }

  void start() {
    topics.start();
  }

  private void take(Object message) {
    if (message instanceof CheckpointCommitted checkpoint) {
      pending.announced(checkpoint);
    } else if (message instanceof Evaluation evaluation) {
      pending.tested(evaluation);
      warn(() -> warnings.tested(evaluation.run()));
    } else if (message instanceof DeadLetter letter
        && (letter.kind().equals(DeadLetter.CHECKPOINT)
            || letter.kind().equals(DeadLetter.DELAYED_TEST))) {
      try {
        RunId run = new RunId(letter.run());
        CheckpointId checkpoint = CheckpointId.parse(letter.subject());
        if (letter.kind().equals(DeadLetter.DELAYED_TEST)) {
          // The test is still due, so the checkpoint stays in the store.
          warn(() -> warnings.delayed(run, checkpoint, letter.detail()));
          return;
        }
        pending.untestable(run, checkpoint, announcement(letter));
        warn(() -> warnings.failed(run, checkpoint, letter.detail()));
      } catch (InvalidMessageException e) {
        LOG.debug("the dead letter of a checkpoint names no checkpoint: {}", e.getMessage());
      }
    }
  }

  /**
   * A warning that cannot be committed for one run must not end the follower for the other runs.
   */
  private static void warn(Runnable warning) {
    try {
      warning.run();
    } catch (BrokerException
        | CheckpointStoreException
        | TakenOverException
        | RunFailedException e) {
      LOG.warn("the warning of a run was not saved: {}", e.getMessage());
    }
  }

  private static Optional<CheckpointCommitted> announcement(DeadLetter letter) {
    try {
      return Optional.ofNullable(letter.original())
          .map(original -> Json.read(original, CheckpointCommitted.class));
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    topics.close();
  }
}
