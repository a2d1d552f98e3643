package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TestLoadTest {
  private static final TrainingLoad LOAD =
      new TrainingLoad(100, 10, 5, 32, OptionalInt.of(8), 2000, RecordingFormat.WAV, true);

  /** 36,000 s of audio, 33.3 output frames a second, at 230 billion operations per second. */
  private static final double SECONDS_WITH_TWO_CORES =
      36_000 * 100 / 3.0 * ModelCost.MEASURED.operations() / 230e9;

  @Test
  void oneEvaluatorThatKeepsUpTestsEachCheckpointInItsMeasuredTime() {
    // Given
    TestLoad tests = tests(1, 1500, 1);
    EvaluatorPool pool = EvaluatorPool.ofCores(2);

    // When / Then
    assertThat(tests.longestDelaySeconds(pool)).isCloseTo(SECONDS_WITH_TWO_CORES, within(1e-6));
    assertThat(tests.busy(pool)).isCloseTo(SECONDS_WITH_TWO_CORES / 1500.31, within(1e-6));
  }

  /** 225 batches in ranges of 15. */
  @Test
  void evaluatorsShareTheRangesOfATestAndFurtherOnesDoNotHelp() {
    // Given
    TestLoad tests = tests(1, 1500, 1);

    // When / Then
    assertThat(tests.longestDelaySeconds(EvaluatorPool.ofCores(30)))
        .isCloseTo(SECONDS_WITH_TWO_CORES / 15, within(1e-6));
    assertThat(tests.longestDelaySeconds(EvaluatorPool.ofCores(64)))
        .isCloseTo(SECONDS_WITH_TWO_CORES / 15, within(1e-6));
  }

  @Test
  void theNeededPoolKeepsUpAndOneCoreLessDoesNot() {
    // Given
    TestLoad tests = tests(8, 1500, 0.5);

    // When
    EvaluatorPool needed = tests.needed();

    // Then
    assertThat(tests.busy(needed)).isLessThanOrEqualTo(1);
    assertThat(tests.busy(EvaluatorPool.ofCores((int) needed.cores() - 1))).isGreaterThan(1);
  }

  @Test
  void theTestsOfAllRunsWaitForEachOther() {
    // Given
    TestLoad tests = tests(4, 10_000, 1);

    // When / Then
    assertThat(tests.longestDelaySeconds(EvaluatorPool.ofCores(2)))
        .isCloseTo(4 * SECONDS_WITH_TWO_CORES, within(1e-6));
  }

  private static TestLoad tests(int runs, long batches, double stepSeconds) {
    return new TestLoad(
        LOAD,
        ModelCost.MEASURED,
        runs,
        new CheckpointLoad(
            ModelCost.MEASURED,
            batches,
            1_000_000,
            stepSeconds,
            CheckpointLoad.measuredStoreMegabytes()));
  }
}
