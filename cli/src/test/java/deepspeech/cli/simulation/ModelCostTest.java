package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCostTest {
  private static final ModelCost MANUAL = new ModelCost(3, 1024, 4300);

  /** docs/performance.md, "Evaluation", states 144 million. */
  @Test
  void theManualsModelTakesTheOperationsThatTheDocumentationStates() {
    assertThat(MANUAL.operations() / 1e6).isCloseTo(144, within(0.5));
  }

  @Test
  void theOperationsAreTwoForEachProductOfASmallModel() {
    // Given
    double firstConvolution = 32.0 * 41 * 11 * 81;
    double secondConvolution = 32.0 * 32 * 21 * 11 * 41;
    double gates = 2.0 * 3 * 4 * (32 * 41 + 4);
    double output = 2.0 * 4 * 5;

    // When
    double operations = new ModelCost(1, 4, 5).operations();

    // Then
    assertThat(operations).isEqualTo(2 * (firstConvolution + secondConvolution + gates + output));
  }

  @Test
  void trainingTakesThreeTimesTheForwardPassOfAThirdOfTheFrames() {
    assertThat(MANUAL.trainingOperationsPerSecond())
        .isCloseTo(3 * MANUAL.operations() * 100 / 3, within(1.0));
  }

  /** {@code benchmarks/run stall} prints 934 MiB for the files of this model. */
  @Test
  void theSizeOfACheckpointIsTheMeasuredOne() {
    assertThat(MANUAL.checkpointBytes() / (double) (1 << 20)).isCloseTo(934, within(1.0));
  }

  /**
   * docs/design-checkpoints.md: with ema_decay the average; with average_checkpoints the mean and,
   * at the end of an epoch, the weights of k - 2 earlier epochs.
   */
  @ParameterizedTest
  @CsvSource({"false,1,16,12", "true,1,20,16", "false,2,20,12", "false,5,32,12"})
  void averagesEnlargeACheckpointAndAMovingOneAlsoWhatIsCopied(
      boolean moving, int epochs, int stored, int copied) {
    // When
    ModelCost model = new ModelCost(3, 1024, 4300, new WeightAverages(moving, epochs));

    // Then
    assertThat(model.checkpointBytes()).isEqualTo(stored * MANUAL.parameters());
    assertThat(model.copiedBytes()).isEqualTo(copied * MANUAL.parameters());
    assertThat(model.operations()).isEqualTo(MANUAL.operations());
  }

  @Test
  void everyParameterOfASmallModelIsCounted() {
    // Given
    long convolutions = 32 * 41 * 11 + 32 * 32 * 21 * 11 + 2 * 2 * 32;
    long layer = 2 * (3 * 4 * (32 * 41) + 3 * 4 * 4 + 2 * 3 * 4) + 2 * 32 * 41;
    long output = 2 * 4 * 5 + 5;

    // When
    long parameters = new ModelCost(1, 4, 5).parameters();

    // Then
    assertThat(parameters).isEqualTo(convolutions + layer + output);
  }
}
