package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that meets a broker and a store that are away for long, and commands that come twice. */
@Tag("integration")
@Tag("chaos")
class FaultsIT {
  /** Longer than the sessions of consumers, and than a request to the broker or the store lives. */
  private static final Duration LONG = Duration.ofSeconds(40);

  @TempDir Path directory;
  private RunningPipeline pipeline;
  private UndisturbedRun undisturbed;

  @BeforeEach
  void trainUndisturbed() throws Exception {
    pipeline = new RunningPipeline(directory);
    pipeline.start(1);
    undisturbed = UndisturbedRun.train(pipeline);
  }

  @AfterEach
  void stop() {
    pipeline.close();
  }

  @Test
  void aRunOutlivesABrokerAndAStoreThatAreAwayForLongAndLogsWhatItWaitsFor() throws Exception {
    // Given
    RunId run = new RunId("patient");
    try (EventTail<MetricPoint> metrics =
        EventTail.of(pipeline.broker(), Topics.METRICS, MetricPoint.class, EventTail.Start.NOW)) {
      pipeline.dispatch().send(new Command.Train(run, pipeline.configuration(Map.of())));
      RunningPipeline.awaitPoint(metrics, run, point -> point.step() >= 30);

      // When: the broker last, for behind its return events may come when the run has ended.
      pipeline.stack().restartStore(LONG);
      RunningPipeline.awaitPoint(metrics, run, point -> point.step() >= 50);
      pipeline.stack().restartBroker(LONG);
    }
    RunState end = pipeline.awaitFinished(run);

    // Then
    assertThat(end.position().step()).isEqualTo(RunningPipeline.STEPS);
    undisturbed.assertSame(run);
    assertThat(pipeline.log("trainer-service"))
        .content()
        .contains("waiting for the broker: ")
        .contains("waiting for the store: ");
  }

  @Test
  void commandsThatComeTwiceAndInTheWrongOrderAreCarriedOutOnce() throws Exception {
    // Given
    RunId run = new RunId("repeated");
    TrainingConfiguration configuration = pipeline.configuration(Map.of());
    Command train = new Command.Train(run, configuration);

    // When
    RunState end;
    try (EventPublisher publisher = new EventPublisher(pipeline.broker(), "/twice")) {
      publisher.publish(new Command.Stop(run), "stop-before-train");
      publisher.publish(train, "train");
      publisher.publish(train, "train");
      end = awaitKnownAndFinished(run);
      publisher.publish(train, "train");
      publisher.publish(new Command.Stop(run), "stop-before-train");
      // Commands are taken in order: with this one the others are done.
      var unused = pipeline.train("behind", Map.of("num_epoch", 1, "test_off", true));
    }

    // Then
    assertThat(end.commands()).containsExactly("train");
    assertThat(pipeline.runState(run).status()).isEqualTo(RunStatus.FINISHED);
    undisturbed.assertSame(run);
    assertThat(pipeline.read(Topics.DEAD_LETTERS, DeadLetter.class))
        .extracting(DeadLetter::subject)
        .contains("stop-before-train")
        .doesNotContain("train");
  }

  private RunState awaitKnownAndFinished(RunId run) throws InterruptedException {
    try (EventTail<RunState> states =
        EventTail.of(pipeline.broker(), Topics.RUNS, RunState.class, EventTail.Start.BEGINNING)) {
      RunState state;
      do {
        state = states.next(RunningPipeline.LIMIT).orElseThrow().body();
      } while (!state.run().equals(run) || !state.status().ended());
      assertThat(state.status()).isEqualTo(RunStatus.FINISHED);
      return state;
    }
  }
}
