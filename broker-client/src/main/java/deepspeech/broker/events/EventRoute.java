package deepspeech.broker.events;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import deepspeech.messages.trainer.TrainerMessage;

/**
 * The topic, key and event type of a message of the contract.
 *
 * @param key of the record: the run, or the trainer that the message is for; null if it is not
 *     known
 * @param eventType its {@code ce_type}
 */
public record EventRoute(String topic, String key, String eventType) {
  /**
   * The route of a {@link Command}, {@link RunState}, {@link CheckpointCommitted}, {@link
   * Evaluation}, {@link MetricPoint}, {@link DeadLetter} or {@link TrainerMessage}.
   *
   * @throws IllegalArgumentException if the message is none of these
   */
  public static EventRoute of(Object message) {
    if (message instanceof Command command) {
      return new EventRoute(Topics.COMMANDS, command.run().toString(), command.eventType());
    }
    if (message instanceof RunState state) {
      return new EventRoute(Topics.RUNS, state.run().toString(), EventTypes.RUN_STATE);
    }
    if (message instanceof CheckpointCommitted checkpoint) {
      return new EventRoute(
          Topics.CHECKPOINTS, checkpoint.run().toString(), EventTypes.CHECKPOINT_COMMITTED);
    }
    if (message instanceof Evaluation evaluation) {
      return new EventRoute(Topics.EVALUATIONS, evaluation.run().toString(), EventTypes.EVALUATION);
    }
    if (message instanceof MetricPoint point) {
      return new EventRoute(Topics.METRICS, point.run().toString(), EventTypes.METRIC_POINT);
    }
    if (message instanceof DeadLetter letter) {
      return new EventRoute(Topics.DEAD_LETTERS, letter.run(), EventTypes.DEAD_LETTER);
    }
    if (message instanceof TrainerMessage toTrainer) {
      return new EventRoute(Topics.TRAINERS, toTrainer.trainer(), toTrainer.eventType());
    }
    throw new IllegalArgumentException("no topic carries " + message.getClass().getName());
  }
}
