package deepspeech.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingRecipeTest {
  @Test
  void aRunOfSeveralDevicesReportsThatTheirGradientsAreAveragedNow() {
    assertThat(TrainingRecipe.changesSince(checkpoint(2, 2)))
        .hasValue(
            "resume_model: checkpoint old/epoch-0001 was written by an earlier version; from there"
                + " on the gradients of the 2 devices are averaged, which earlier versions added,"
                + " and utterances are divided by frames");
  }

  @Test
  void aRunOfOneDeviceGoesOnAsBeforeAndSoDoesOneOfThisVersion() {
    assertThat(TrainingRecipe.changesSince(checkpoint(1, 2))).isEmpty();
    assertThat(TrainingRecipe.changesSince(checkpoint(2, TrainingRecipe.CURRENT))).isEmpty();
  }

  private static TrainingState checkpoint(int devices, int recipe) {
    return new TrainingState(
        new RunId("old"),
        CheckpointId.endOfEpoch(1),
        new TrainingCounters(1, 0, 0, 0, 0, null, null, null),
        devices,
        new ModelShape(2, 1, 8, 4),
        TrainingConfiguration.defaults(),
        new DataSetVersion("fingerprint", Map.of()),
        recipe);
  }
}
