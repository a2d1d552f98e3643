package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.trace.Tracing;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.testing.server.TestBroker;
import deepspeech.trainer.training.RunStoppedException;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.StopSignal.Reason;
import io.opentelemetry.context.Context;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With a broker, and without a data-prep that would answer: the run waits wherever it can. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
@Tag("integration")
class KafkaTrainingDataIT {
  private static final RunId RUN = new RunId("waiting");
  private static final TrainingConfiguration CONFIGURATION = TrainingConfiguration.defaults();

  private EmbeddedKafka kafka;
  private BrokerConfiguration broker;

  @BeforeAll
  void start(@TempDir Path directory) throws InterruptedException {
    kafka = TestBroker.start(directory);
    broker = BrokerConfiguration.of(kafka.bootstrapServers());
  }

  @AfterAll
  void stop() {
    kafka.close();
  }

  @ParameterizedTest
  @EnumSource(Split.class)
  void aWaitForTheDescriptionOfADataSetEndsWithAStopWheneverItComes(Split split) {
    for (int millis : new int[] {0, 1, 3, 10, 30, 100, 300, 1000, 3000}) {
      // Given
      StopSignal signal = new StopSignal();
      try (KafkaTrainingData data = data(signal)) {
        // When
        CompletableFuture<Void> raised =
            CompletableFuture.runAsync(() -> signal.raise(Reason.COMMAND), after(millis));

        // Then
        assertThatThrownBy(() -> data.describe(split, specification(split), 1))
            .as("after %d ms", millis)
            .isInstanceOf(RunStoppedException.class);
        raised.join();
      }
    }
  }

  @Test
  void aWaitForABatchEndsWithAStopAtAnyTimeAndLaterCallsOfTheFeedAreNoError() throws Exception {
    for (int millis : new int[] {0, 1, 3, 10, 30, 100, 300, 1000, 3000}) {
      // Given
      StopSignal signal = new StopSignal();
      try (KafkaTrainingData data = described(signal)) {
        // When
        CompletableFuture<Void> raised =
            CompletableFuture.runAsync(() -> signal.raise(Reason.SHUTDOWN), after(millis));
        FeatureBatch batch;
        try {
          data.begin(description(), 1, 0);
          batch = data.next();
        } catch (RunStoppedException e) {
          batch = null;
        }

        // Then
        assertThat(batch).as("after %d ms", millis).isNull();
        assertThat(data.ready()).isZero();
        assertThat(data.trace()).isEqualTo(Context.root());
        raised.join();
      }
    }
  }

  @Test
  void aRunThatIsStoppedBeforeItsRequestRequestsNothing() {
    // Given
    StopSignal signal = new StopSignal();
    signal.raise(Reason.COMMAND);

    // When
    try (KafkaTrainingData data = data(signal)) {
      // Then
      assertThatThrownBy(() -> data.describe(Split.TEST, specification(Split.TEST), 1))
          .isInstanceOf(RunStoppedException.class);
      assertThatThrownBy(() -> data.begin(description(), 1, 0))
          .isInstanceOf(RunStoppedException.class);
    }
  }

  /** As if data-prep had answered. */
  private KafkaTrainingData described(StopSignal signal) {
    KafkaTrainingData data = data(signal);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> data.describe(Split.TRAIN, specification(Split.TRAIN), 1))
        .isInstanceOf(InterruptedException.class);
    return data;
  }

  private static Executor after(int millis) {
    return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
  }

  private KafkaTrainingData data(StopSignal signal) {
    return new KafkaTrainingData(
        broker,
        RUN,
        new TrainingPrefetch(OptionalInt.of(2), Runtime.getRuntime().maxMemory()),
        new BrokerRetry(Duration.ofSeconds(10), line -> {}),
        signal,
        line -> {},
        Tracing.off());
  }

  private static DataSpecification specification(Split split) {
    return CONFIGURATION.data(split, 1);
  }

  private static DataSetDescription description() {
    return new DataSetDescription(
        RUN,
        Split.TRAIN,
        "id",
        new DataSetVersion("fingerprint", Map.of()),
        new UtteranceCounts(20, Map.of(), 0),
        new PlannedBatches(new int[] {5}, new BatchShape(2, 40, 3)),
        List.of(),
        List.of("<blank>", "a"),
        new FeatureStatistics(
            new double[FeatureBatch.BINS], new double[FeatureBatch.BINS], new byte[] {1}));
  }
}
