package deepspeech.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.trainer.training.TrainingCounters;
import deepspeech.trainer.training.TrainingRecipe;
import deepspeech.trainer.training.TrainingState;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EarlyStopCountTest {
  private static final TrainingConfiguration PATIENT =
      TrainingConfiguration.of(Map.of("num_epoch", 20, "early_stop_patience", 2));

  @Test
  void anEarlyEndIsCountedAnewFromTheFirstEpochThatIsTrained() {
    // When
    TrainingConfiguration anew = EarlyStopCount.ANEW.applyTo(PATIENT, endOfEpoch(5, PATIENT));

    // Then
    assertThat(anew).isEqualTo(PATIENT.with(Map.of("early_stop_epoch", 6)));
  }

  @Test
  void aResumeThatTurnsItOffCountsNothing() {
    // Given
    TrainingConfiguration off = PATIENT.with(Map.of("early_stop_patience", 0));

    // When
    TrainingConfiguration resumed = EarlyStopCount.ANEW.applyTo(off, endOfEpoch(5, PATIENT));

    // Then
    assertThat(resumed).isEqualTo(off);
  }

  @Test
  void aRunThatGoesBackBehindItsNewCountHasTheEarlierOne() {
    // Given
    TrainingConfiguration later = PATIENT.with(Map.of("early_stop_epoch", 6));

    // When
    TrainingConfiguration back = EarlyStopCount.AS_BEFORE.applyTo(later, endOfEpoch(3, PATIENT));
    TrainingConfiguration notBehind =
        EarlyStopCount.AS_BEFORE.applyTo(later, endOfEpoch(5, PATIENT));
    TrainingConfiguration given = EarlyStopCount.NONE.applyTo(later, endOfEpoch(3, PATIENT));

    // Then
    assertThat(back).isEqualTo(PATIENT);
    assertThat(notBehind).isEqualTo(later);
    assertThat(given).isEqualTo(later);
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
