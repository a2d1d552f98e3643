package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.testing.server.TestBroker;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import deepspeech.trainer.run.RunRegistry;
import deepspeech.trainer.run.RunWarnings;
import deepspeech.trainer.run.TestWarnings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class EvaluationFollowerIT {
  private static final RunId RUN = new RunId("followed");

  @TempDir Path directory;

  @Test
  void whatAnEarlierTrainerAnnouncedIsPendingUntilItIsTested() throws Exception {
    // Given
    try (EmbeddedKafka kafka = TestBroker.start(directory)) {
      BrokerConfiguration broker = BrokerConfiguration.of(kafka.bootstrapServers());
      try (EventPublisher publisher = new EventPublisher(broker, "/earlier")) {
        // By the clock of an evaluator that is behind, a test may come before its checkpoint.
        publisher.publish(tested(1));
        publisher.publish(announced(1, true));
        publisher.publish(announced(2, true));
        publisher.publish(announced(3, false));
        publisher.publish(delayed(2));
        PendingEvaluations pending = new PendingEvaluations(Long.MAX_VALUE);
        TestWarnings warnings =
            new TestWarnings(
                new RunWarnings(
                    new RunRegistry(state -> {}, List.of()), new NoRuns(), Clock.systemUTC()));

        // When
        try (EvaluationFollower follower = new EvaluationFollower(broker, pending, warnings)) {

          // Then
          assertThat(pending.of(RUN)).containsExactly(CheckpointId.endOfEpoch(2));
          follower.start();
          publisher.publish(tested(2));
          while (!pending.of(RUN).isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(50);
          }
        }
      }
    }
  }

  private static CheckpointCommitted announced(int epoch, boolean tested) {
    TrainingConfiguration configuration = TrainingConfiguration.of(Map.of("use_gpu", false));
    return new CheckpointCommitted(
        RUN,
        CheckpointId.endOfEpoch(epoch),
        epoch,
        1,
        epoch,
        "s3://b/k/",
        List.of(),
        tested ? configuration.data(Split.TEST, 1) : null,
        Provenance.NONE,
        Instant.EPOCH);
  }

  /** It is tested later: retention is to leave it. */
  private static DeadLetter delayed(int epoch) {
    return DeadLetter.delayedTest(
        RUN, CheckpointId.endOfEpoch(epoch), "No space left on device", Instant.EPOCH);
  }

  private static Evaluation tested(int epoch) {
    return new Evaluation(
        new TestedCheckpoint(RUN, CheckpointId.endOfEpoch(epoch), epoch, 1, epoch),
        new TestErrors(0.5, null, 1, 0, 4, 1, 0, 0),
        List.of(),
        new TestTiming(1, Instant.EPOCH, Instant.EPOCH));
  }

  /** Of a trainer that has no run. */
  private static final class NoRuns implements RunWarnings.Access {
    @Override
    public boolean whileHeld(RunId run, Runnable action) {
      return false;
    }

    @Override
    public boolean exclusively(RunId run, Runnable action) {
      return false;
    }
  }
}
