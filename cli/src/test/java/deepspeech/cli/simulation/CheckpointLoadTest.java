package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointLoadTest {
  private static final ModelCost MANUAL = ModelCost.MEASURED;

  /** 979 MB at this rate take 42 s. */
  private static final double STORE = CheckpointLoad.measuredStoreMegabytes();

  @ParameterizedTest
  @CsvSource({"1599, 2000, 1", "2000, 2000, 1", "2001, 2000, 2", "4000, 2000, 2", "4001, 2000, 3"})
  void anEpochHasACheckpointAtEachIntervalAndAtItsEnd(long batches, int every, long count) {
    assertThat(load(batches, every, 1).perEpoch()).isEqualTo(count);
  }

  @Test
  void theManualsModelPausesAndCommitsAsMeasured() {
    // Given
    CheckpointLoad checkpoints = load(1599, 2000, 1);

    // When / Then
    assertThat(checkpoints.pauseSeconds()).isCloseTo(0.31, within(1e-9));
    assertThat(checkpoints.commitSeconds()).isCloseTo(42, within(1e-6));
    assertThat(checkpoints.epochSeconds()).isCloseTo(1599.31, within(1e-6));
  }

  /** The end of the epoch comes one batch after the checkpoint of batch 2000. */
  @Test
  void aCheckpointThatComesSoonAfterAnotherWaitsForItsUpload() {
    // Given
    CheckpointLoad checkpoints = load(2001, 2000, 1);

    // When / Then
    assertThat(checkpoints.waitSeconds()).isCloseTo(42 - 1, within(1e-6));
  }

  @Test
  void checkpointsThatComeFasterThanTheirUploadsDelayTraining() {
    // Given
    CheckpointLoad checkpoints = load(100, 10, 1);

    // When / Then
    assertThat(checkpoints.waitSeconds()).isCloseTo(10 * (42 - 10), within(1e-6));
    assertThat(checkpoints.epochSeconds()).isCloseTo(10 * (42 + 0.31), within(1e-6));
  }

  @Test
  void commitsFollowEachOtherOverTheEpochs() {
    // Given
    CheckpointLoad checkpoints = load(1000, 600, 1);

    // When / Then
    assertThat(checkpoints.commits(3))
        .satisfiesExactly(
            first -> assertThat(first).isCloseTo(600 + 0.31 + 42, within(1e-6)),
            second -> assertThat(second).isCloseTo(1000 + 0.62 + 42, within(1e-6)),
            third -> assertThat(third).isCloseTo(1600 + 0.93 + 42, within(1e-6)));
  }

  private static CheckpointLoad load(long batches, int every, double stepSeconds) {
    return new CheckpointLoad(MANUAL, batches, every, stepSeconds, STORE);
  }
}
