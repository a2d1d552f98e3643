package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.run.RunId;
import deepspeech.messages.topic.Topics;
import java.util.List;

/** The evaluations of a run that {@code deepspeech.evaluations} holds. */
final class EvaluationHistory {
  private final BrokerConfiguration broker;

  EvaluationHistory(BrokerConfiguration broker) {
    this.broker = broker;
  }

  /** All up to now, in the order in which they were made. */
  List<Evaluation> of(RunId run) {
    try (EventTail<Evaluation> evaluations =
        EventTail.of(broker, Topics.EVALUATIONS, Evaluation.class, EventTail.Start.BEGINNING)) {
      return evaluations.upToNow().stream()
          .map(ReceivedEvent::body)
          .filter(evaluation -> evaluation.run().equals(run))
          .toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the evaluations were read", e);
    }
  }
}
