package deepspeech.trainer.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.optimizer.CountedResults;
import deepspeech.acoustic.optimizer.Plateau;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingStateTest {
  /** {@code training-state.json} was written at commit 49e0b46, by a record without groups. */
  @Test
  void theFileOfACheckpointHasTheBytesOfEarlierBuilds() throws Exception {
    // Given
    String recorded;
    try (InputStream file = TrainingStateTest.class.getResourceAsStream("training-state.json")) {
      recorded = new String(file.readAllBytes(), UTF_8).strip();
    }
    TrainingState state =
        new TrainingState(
            new RunId("demo"),
            new CheckpointId(3, 20),
            new TrainingCounters(100, 2, 1, 160, 3, null, null, null),
            2,
            new ModelShape(1, 1, 8, 3),
            TrainingConfiguration.of(Map.of("batch_size", "8")),
            new DataSetVersion("ff00", Map.of("manifest", "0a")),
            2);

    // Then
    assertThat(Json.writeText(state)).isEqualTo(recorded);
    assertThat(Json.read(recorded, TrainingState.class)).isEqualTo(state);
  }

  /** The counted results are as the record {@code Plateau} of commit 160a3b53 wrote them. */
  @Test
  void whatAnEarlierBuildHasCountedIsReadAndTheNewFileHasItsFields() {
    // Given
    String recorded =
        """
        {"step":100,"skipped_steps":2,"skipped_in_arow":1,"used_in_epoch":160,"left_out_in_epoch":3,
         "plateau":{"from":2,"counted":4,"best":0.4,"epochs_without_better":1,"reductions":3}}
        """;

    // When
    TrainingCounters counters = Json.read(recorded, TrainingCounters.class);

    // Then
    assertThat(counters.plateau())
        .isEqualTo(new Plateau(new CountedResults(2, 4, 0.4, null, 1), 3));
    assertThat(Json.readTree(Json.write(counters)))
        .isEqualTo(Json.readTree(recorded.getBytes(UTF_8)));
  }
}
