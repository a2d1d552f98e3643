package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.events.EventTail;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that meets a broker and a store that are away for long. */
@Tag("integration")
@Tag("chaos")
class FaultsIT {
  /** Longer than the sessions of consumers, and than a request to the broker or the store lives. */
  private static final Duration LONG = Duration.ofSeconds(40);

  @TempDir Path directory;
  private RunningPipeline pipeline;
  private UndisturbedRun undisturbed;

  @BeforeEach
  void start() throws Exception {
    undisturbed = UndisturbedRun.trained();
    pipeline = new RunningPipeline(directory);
    pipeline.start(1);
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
    undisturbed.assertSame(pipeline, run);
    assertThat(pipeline.log("trainer-service"))
        .content()
        .contains("waiting for the broker: ")
        .contains("waiting for the store: ");
  }
}
