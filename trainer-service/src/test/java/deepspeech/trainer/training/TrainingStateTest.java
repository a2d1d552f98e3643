package deepspeech.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingStateTest {
  /** {@code training-state.json} was written at commit 49e0b46, by a record without groups. */
  @Test
  void theFileOfACheckpointHasTheBytesOfEarlierBuilds() throws Exception {
    // Given
    String recorded;
    try (InputStream file = TrainingStateTest.class.getResourceAsStream("training-state.json")) {
      recorded = new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
    TrainingState state =
        new TrainingState(
            new RunId("demo"),
            new CheckpointId(3, 20),
            new TrainingCounters(100, 2, 1, 160, 3, null, null),
            2,
            new ModelShape(1, 1, 8, 3),
            TrainingConfiguration.of(Map.of("batch_size", "8")),
            new DataSetVersion("ff00", Map.of("manifest", "0a")),
            2);

    // Then
    assertThat(Json.writeText(state)).isEqualTo(recorded);
    assertThat(Json.read(recorded, TrainingState.class)).isEqualTo(state);
  }
}
