package deepspeech.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void namesAreInSnakeCaseTimesInIso8601AndAbsentFieldsOmitted() {
    // Given
    Instant time = Instant.parse("2026-01-02T03:04:05.678Z");
    RunState state =
        RunState.rejected(new RunId("demo"), "id-1", "no", time)
            .withStatus(RunStatus.RUNNING, time)
            .withPosition(new Position(2, 3, 40, 43), time)
            .withLastCheckpoint(CheckpointId.endOfEpoch(1), time)
            .withData(100, List.of(), time);

    // When
    String json = Json.writeText(state);

    // Then
    assertThat(json)
        .isEqualTo(
            "{\"run\":\"demo\",\"status\":\"running\",\"commands\":[\"id-1\"],"
                + "\"position\":{\"epoch\":2,\"batch\":3,\"batches\":40,\"step\":43},"
                + "\"last_checkpoint\":\"epoch-0001\",\"training_samples\":100,\"warnings\":[],"
                + "\"time\":\"2026-01-02T03:04:05.678Z\"}");
    assertThat(Json.read(json, RunState.class)).isEqualTo(state);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"command\":\"stop\",\"run\":\"a\",\"when\":1} | when: unknown name, allowed: run",
        "{\"command\":\"halt\",\"run\":\"a\"} | command: \"halt\" given, allowed: train, resume, fine-tune, stop, evaluate, pin, unpin",
        "{\"run\":\"a\"} | command: missing, allowed: train, resume, fine-tune, stop, evaluate, pin, unpin",
        "{\"command\":\"stop\"} | run: null given, allowed: the name of a run",
        "{\"command\":\"stop\",\"run\":\"A B\"} | run: \"A B\" given, allowed: 1 to 63 of a-z, 0-9 and -, the first a letter or digit",
        "{\"command\":\"stop\",\"run\":[1]} | run: [1] given, allowed: a string",
        "{\"command\":\"train\",\"run\":\"a\",\"configuration\":{\"batchsize\":3}} | batchsize: unknown configuration name, allowed: accumulate_batches, adam_beta1, adam_beta2, adam_epsilon, augment_conf_path, average_checkpoints, batch_size, checkpoint_interval, cpu_threads, devices, dropout, early_stop_epoch, early_stop_patience, ema_decay, frozen_layers, gradient_clip, learning_rate, learning_rate_decay, learning_rate_epoch, learning_rate_floor, learning_rate_last_epoch, learning_rate_schedule, log_interval, max_batch_frames, max_duration, max_test_duration, mean_std_path, min_duration, norm_by_times, num_conv_layers, num_epoch, num_rnn_layers, output_model_dir, plateau_patience, precision, pretrained_model, resume_model, rnn_layer_size, seed, shuffle_method, synchronised_statistics, test_manifest, test_off, text_normalisation, train_manifest, unknown_characters, use_gpu, vocab_path, warmup_steps, weight_decay",
        "{\"command\":\"train\",\"run\":\"a\",\"configuration\":7} | configuration: 7 given, allowed: an object",
        "{\"command\":\"evaluate\",\"run\":\"a\",\"checkpoint\":\"23\"} | checkpoint: \"23\" given, allowed: an id such as epoch-0023 or epoch-0024-batch-002000",
        "null | null given, a JSON object is expected",
        "{} x | command: missing, allowed: train, resume, fine-tune, stop, evaluate, pin, unpin",
        "[] | message: [] given, allowed: an object",
        "7 | command: missing, allowed: train, resume, fine-tune, stop, evaluate, pin, unpin"
      })
  void whatIsNotACommandIsExplainedInOneLineThatNamesTheField(String json, String line) {
    // When
    var thrown =
        assertThatThrownBy(
            () -> Json.readStrictly(json.getBytes(StandardCharsets.UTF_8), Command.class));

    // Then
    thrown.isInstanceOf(InvalidMessageException.class).hasMessage(line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"epoch\":1.5,\"batch\":0,\"batches\":1,\"step\":0} | epoch: 1.5 given, allowed: a whole number",
        "{\"epoch\":\"1\",\"batch\":0,\"batches\":1,\"step\":0} | epoch: \"1\" given, allowed: a whole number",
        "{\"epoch\":1,\"batches\":1,\"step\":0} | batch: missing, allowed: a whole number",
        "{\"epoch\":1,\"batch\":null,\"batches\":1,\"step\":0} | batch: null given, allowed: a whole number",
        "{\"epoch\":1,\"batch\":0,\"batches\":1,\"step\":{}} | step: {} given, allowed: a whole number",
        "{\"epoch\":0,\"batch\":0,\"batches\":1,\"step\":0} | epoch: 0 given, allowed: a whole number from 1",
        "{\"epoch\":99999999999,\"batch\":0,\"batches\":1,\"step\":0} | epoch: 99999999999 given, allowed: a whole number"
      })
  void aNumberThatIsNoneOrMissingIsExplained(String json, String line) {
    // When
    var thrown = assertThatThrownBy(() -> Json.read(json, Position.class));

    // Then
    thrown.isInstanceOf(InvalidMessageException.class).hasMessage(line);
  }

  @Test
  void anUnknownStatusIsExplainedByTheKnownOnes() {
    // Given
    String json = "{\"run\":\"a\",\"status\":\"asleep\",\"time\":\"2026-01-02T03:04:05Z\"}";

    // When
    var thrown = assertThatThrownBy(() -> Json.read(json, RunState.class));

    // Then
    thrown.hasMessage(
        "status: \"asleep\" given, allowed: accepted, running, stopped, finished, failed, rejected");
  }

  @Test
  void aMalformedTimeIsExplained() {
    // Given
    String json = "{\"run\":\"a\",\"status\":\"failed\",\"time\":\"yesterday\"}";

    // When
    var thrown = assertThatThrownBy(() -> Json.read(json, RunState.class));

    // Then
    thrown.hasMessage("time: \"yesterday\" given, allowed: a time in ISO 8601");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "{",
        "{\"run\":",
        "not json\nat all",
        "{\"run\":\"a\"}{",
        "{\"request\":\"batch\",\"run\":\"a\\nb\"}",
        "{\"request\":\"a\\r\\nb\"}",
        "\u0000"
      })
  void whateverCannotBeReadGivesOneLine(String json) {
    // When
    var thrown = assertThatThrownBy(() -> Json.read(json, FeatureRequest.class));

    // Then
    thrown.isInstanceOf(InvalidMessageException.class).message().isNotBlank().hasLineCount(1);
  }

  @Test
  void aNestedFieldIsNamedWithItsPath() {
    // Given
    String json =
        "{\"request\":\"batch\",\"run\":\"a\",\"split\":\"train\",\"data\":{\"seed\":\"x\"}}";

    // When
    var thrown = assertThatThrownBy(() -> Json.read(json, FeatureRequest.class));

    // Then
    thrown.message().startsWith("data.");
  }

  @Test
  void aLongValueIsCutInTheErrorMessage() {
    // Given
    String json = "{\"command\":\"stop\",\"run\":\"" + "x".repeat(10_000) + "\"}";

    // When
    var thrown =
        assertThatThrownBy(
            () -> Json.readStrictly(json.getBytes(StandardCharsets.UTF_8), Command.class));

    // Then
    thrown.message().hasSizeLessThan(500).contains("xxx...");
  }

  @Test
  void aConfigurationIsReadBackAsItWasWithNoneAsNull() {
    // Given
    TrainingConfiguration configuration =
        TrainingConfiguration.of(
            Map.of("batch_size", "8", "augment_conf_path", "None", "test_off", true));

    // When
    String json = Json.writeText(configuration);

    // Then
    assertThat(json).contains("\"augment_conf_path\":null").contains("\"batch_size\":8");
    assertThat(Json.read(json, TrainingConfiguration.class)).isEqualTo(configuration);
  }
}
