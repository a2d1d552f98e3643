package deepspeech.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.configuration.ScheduleArguments;
import deepspeech.messages.configuration.ScheduleType;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.trainer.training.TrainingCounters;
import deepspeech.trainer.training.TrainingRecipe;
import deepspeech.trainer.training.TrainingState;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewLearningRateTest {
  private static final TrainingConfiguration COSINE =
      TrainingConfiguration.of(
          Map.of(
              "num_epoch", 9,
              "learning_rate_schedule", "warmup_cosine",
              "learning_rate_last_epoch", 9,
              "warmup_steps", 100));

  @ParameterizedTest
  @CsvSource({
    "learning_rate, 0.001, GIVEN",
    "learning_rate_schedule, constant, GIVEN",
    "learning_rate_epoch, 3, NONE",
    "learning_rate_decay, 0.9, NONE",
    "learning_rate_floor, 1e-5, NONE",
    "learning_rate_last_epoch, 20, NONE",
    "plateau_patience, 0, NONE",
    "warmup_steps, 10, NONE",
    "num_epoch, 20, AS_BEFORE",
  })
  void aResumeBringsALearningRateOrAScheduleOrChangesTheOneThatThereIs(
      String argument, String value, NewLearningRate expected) {
    // Then
    assertThat(NewLearningRate.of(Map.of(argument, value))).isEqualTo(expected);
  }

  @Test
  void aGivenScheduleBeginsWithTheFirstEpochThatIsTrained() {
    // Given
    TrainingConfiguration noam = COSINE.with(Map.of("learning_rate_schedule", "noam"));

    // When
    ScheduleArguments schedule =
        NewLearningRate.GIVEN.applyTo(noam, endOfEpoch(3, COSINE)).schedule();

    // Then
    assertThat(schedule.type()).isEqualTo(ScheduleType.NOAM);
    assertThat(schedule.firstEpoch()).isEqualTo(4);
  }

  @Test
  void aRunThatGoesBackBehindItsNewScheduleHasTheEarlierOneAsAWhole() {
    // Given
    TrainingConfiguration later =
        COSINE.with(
            Map.of(
                "num_epoch", 20,
                "learning_rate_schedule", "exponential",
                "learning_rate", 0.001,
                "learning_rate_epoch", 6,
                "learning_rate_decay", 0.5,
                "learning_rate_last_epoch", 20,
                "warmup_steps", 7));

    // When
    TrainingConfiguration back = NewLearningRate.AS_BEFORE.applyTo(later, endOfEpoch(3, COSINE));
    TrainingConfiguration notBehind =
        NewLearningRate.AS_BEFORE.applyTo(later, endOfEpoch(5, COSINE));

    // Then
    assertThat(back.schedule()).isEqualTo(COSINE.schedule());
    assertThat(back.numEpoch()).isEqualTo(20);
    assertThat(notBehind).isEqualTo(later);
  }

  @Test
  void aNewRunWithTheScheduleOfItsCheckpointContinuesIt() {
    // Given
    TrainingState checkpoint = endOfEpoch(3, COSINE.with(Map.of("learning_rate_epoch", 2)));
    TrainingConfiguration same =
        TrainingConfiguration.of(
            Map.of("num_epoch", 12, "learning_rate_schedule", "warmup_cosine"));

    // When
    ScheduleArguments continued = NewLearningRate.IF_OTHER.applyTo(same, checkpoint).schedule();
    ScheduleArguments begun =
        NewLearningRate.IF_OTHER
            .applyTo(same.with(Map.of("learning_rate_schedule", "constant")), checkpoint)
            .schedule();

    // Then
    assertThat(continued.firstEpoch()).isEqualTo(2);
    assertThat(continued.lastEpoch()).contains(9);
    assertThat(begun.firstEpoch()).isEqualTo(4);
    assertThat(begun.lastEpoch()).isEqualTo(Optional.empty());
  }

  private static TrainingState endOfEpoch(int epoch, TrainingConfiguration configuration) {
    return new TrainingState(
        new RunId("run"),
        CheckpointId.endOfEpoch(epoch),
        new TrainingCounters(epoch, 0, 0, 0, 0, null, null, null),
        1,
        new ModelShape(1, 1, 8, 4),
        configuration,
        new DataSetVersion("fingerprint", Map.of()),
        TrainingRecipe.CURRENT);
  }
}
