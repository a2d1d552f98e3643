package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PipelineSizingTest {
  private static final BrokerMachine MACHINE = new BrokerMachine(1250, 500, 222);

  @Test
  void theNeededReplicasSufficeAndOneLessDoesNot() {
    // Given
    PipelineModel pipeline = pipeline(RecordingFormat.OPUS, 12);

    // When
    DataPrepReplicas needed = new PipelineSizing(pipeline).dataPrep(8).orElseThrow();

    // Then
    assertThat(waiting(pipeline, needed)).isLessThanOrEqualTo(0.01);
    assertThat(waiting(pipeline, new DataPrepReplicas(needed.replicas() - 1, 8)))
        .isGreaterThan(0.005);
  }

  /** One replica makes a batch of 1280 s of Opus in 0.4 s, longer than a step. */
  @Test
  void withOneBatchAheadNoNumberOfReplicasSuffices() {
    assertThat(new PipelineSizing(pipeline(RecordingFormat.OPUS, 1)).dataPrep(8)).isEmpty();
  }

  @Test
  void theNeededBrokersSufficeAndOneLessDoesNot() {
    // Given
    PipelineModel pipeline = pipeline(RecordingFormat.WAV, 8);
    BrokerMachine fast = new BrokerMachine(5000, 5000, Double.POSITIVE_INFINITY);

    // When
    BrokerCluster needed =
        new PipelineSizing(pipeline).brokers(DataPrepReplicas.AMPLE, 1, fast).orElseThrow();

    // Then
    assertThat(needed.brokers()).isEqualTo(1);
    BrokerMachine slower = new BrokerMachine(1250, 1250, Double.POSITIVE_INFINITY);
    BrokerCluster further =
        new PipelineSizing(pipeline).brokers(DataPrepReplicas.AMPLE, 1, slower).orElseThrow();
    assertThat(further.brokers()).isGreaterThan(1);
    assertThat(
            pipeline
                .feed(DataPrepReplicas.AMPLE, new BrokerCluster(further.brokers() - 1, 1, slower))
                .waitingShare())
        .isGreaterThan(0.01);
  }

  @Test
  void noNumberOfBrokersSufficesWhereOneCannotServeOneRun() {
    // Given
    BrokerMachine slow = new BrokerMachine(100, MACHINE.disk(), MACHINE.partition());

    // When / Then
    assertThat(
            new PipelineSizing(pipeline(RecordingFormat.WAV, 8))
                .brokers(DataPrepReplicas.AMPLE, 3, slow))
        .isEmpty();
  }

  private static double waiting(PipelineModel pipeline, DataPrepReplicas replicas) {
    return pipeline.feed(replicas, BrokerCluster.AMPLE).waitingShare();
  }

  private static PipelineModel pipeline(RecordingFormat format, int batchesAhead) {
    return new PipelineModel(
        new TrainingLoad(10_000, 10, 5, 32, OptionalInt.of(batchesAhead), 2000, format, true),
        ModelCost.MEASURED,
        new TrainingGpus(64, 8, 67, 0.25, 100));
  }
}
