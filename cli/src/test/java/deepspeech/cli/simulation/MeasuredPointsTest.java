package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The predictions beside measured points in docs/performance.md, "Simulation". */
class MeasuredPointsTest {
  /** Two cores as one GPU, with what the evaluator's two threads were measured to achieve. */
  private static final TrainingGpus TWO_CORES =
      new TrainingGpus(1, 1, MeasuredFigure.EVALUATION.value() / 1000, 1, 1);

  @Test
  void aBatchOfLongUtterances() throws Exception {
    // When
    double bytes = 32 * 25 * TrainingLoad.FEATURE_BYTES_PER_SECOND;

    // Then
    assertThat(bytes / 1e6).isCloseTo(25.8, within(0.05));
    assertDocumented("batch of 32 utterances of 25 s", Amounts.bytes(bytes));
  }

  @Test
  void aCheckpointOfTheManualsModel() throws Exception {
    // When
    long bytes = ModelCost.MEASURED.checkpointBytes();

    // Then
    assertThat(bytes / 1e6).isCloseTo(979, within(1.0));
    assertDocumented("checkpoint of 3 x 1024", Amounts.bytes((double) bytes));
  }

  @Test
  void dataPrepBrokerAndConsumerOnTwoCores() throws Exception {
    // When
    double megabytes = 2000 / (MeasuredFigure.DATA_PREP.value() + MeasuredFigure.BROKER.value());

    // Then
    assertThat(megabytes).isCloseTo(121, within(0.1 * 121));
    assertDocumented(
        "data-prep, broker and consumer on two cores", Amounts.number(megabytes) + " MB/s");
  }

  @Test
  void anEpochOfTheDemo() throws Exception {
    assertDocumented(
        "epoch of the demo, two cores",
        Amounts.time(forecast(0.45, 1.62, 16, new ModelCost(2, 128, 28)).epochSeconds()));
  }

  @Test
  void anEpochOfTheDigits() throws Exception {
    assertDocumented(
        "epoch of the digits, two cores",
        Amounts.time(forecast(50 / 60.0, 2.5, 8, new ModelCost(2, 256, 12)).epochSeconds()));
  }

  @Test
  void aStepOfOneShortUtterance() throws Exception {
    assertDocumented(
        "step of one utterance of 1 s, 3 x 1024, two cores",
        Amounts.time(TWO_CORES.computingSeconds(ModelCost.MEASURED, 1)));
  }

  private static Forecast forecast(
      double hours, double utteranceSeconds, int batchSize, ModelCost model) {
    return new Forecast(
        new TrainingLoad(
            hours,
            0.1,
            utteranceSeconds,
            batchSize,
            OptionalInt.of(8),
            2000,
            RecordingFormat.WAV,
            false),
        model,
        TWO_CORES,
        new ClusterServices(
            OptionalInt.of(2),
            2,
            OptionalInt.of(1),
            1,
            new BrokerMachine(1250, 500, ClusterServices.measuredPartitionMegabytes()),
            OptionalInt.of(1),
            ClusterServices.measuredStoreMegabytes()));
  }

  private static void assertDocumented(String point, String predicted) throws Exception {
    assertThat(Files.readString(Path.of("../docs/performance.md")))
        .contains("| %s | %s |".formatted(point, predicted));
  }
}
