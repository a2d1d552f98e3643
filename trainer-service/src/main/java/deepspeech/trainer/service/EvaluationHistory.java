package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.RunTestResults;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestResults;
import deepspeech.messages.identity.RunId;
import java.util.List;

/** Reads the evaluations of a run from {@code deepspeech.evaluations}. */
final class EvaluationHistory {
  private final BrokerConfiguration broker;

  EvaluationHistory(BrokerConfiguration broker) {
    this.broker = broker;
  }

  /**
   * Returns the evaluations of the checkpoints that the run has not gone back from, in the order of
   * training.
   */
  List<Evaluation> of(RunId run) {
    try {
      TestResults results = new RunTestResults(broker).of(run::equals).get(run);
      return results == null ? List.of() : results.all();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the evaluations were read", e);
    }
  }
}
