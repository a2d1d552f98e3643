package deepspeech.acoustic.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
  @Test
  void twoDevicesDoubleTheLearningRateAsTheManualShows() {
    // Given
    LearningRateSchedule schedule = new LearningRateSchedule(1e-4, 1, 2);

    // When
    double first = schedule.at(1);

    // Then
    assertThat(first).isCloseTo(0.0002, within(1e-12));
  }

  @Test
  void eachEpochMultipliesTheLearningRateBy083() {
    // Given
    LearningRateSchedule schedule = new LearningRateSchedule(1e-3, 1, 1);

    // When
    double third = schedule.at(3);

    // Then
    assertThat(third).isCloseTo(1e-3 * 0.83 * 0.83, within(1e-12));
  }

  @Test
  void aLearningRateThatHoldsFromALaterEpochFallsFromThereOn() {
    // Given
    LearningRateSchedule schedule = new LearningRateSchedule(1e-3, 51, 1);

    // Then
    assertThat(schedule.at(51)).isEqualTo(1e-3);
    assertThat(schedule.at(53)).isCloseTo(1e-3 * 0.83 * 0.83, within(1e-12));
    assertThat(schedule.at(50)).isEqualTo(1e-3);
  }

  @Test
  void aLearningRateThatIsNotAboveZeroIsAnError() {
    // Given / When / Then
    assertThatThrownBy(() -> new LearningRateSchedule(0, 1, 1))
        .hasMessage("learning_rate: 0.0 given, allowed: a number above 0");
  }
}
