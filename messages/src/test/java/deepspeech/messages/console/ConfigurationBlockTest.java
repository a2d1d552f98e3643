package deepspeech.messages.console;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.TrainingConfiguration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationBlockTest {
  /** The block of the manual's "训练模型", the first thing that its training prints. */
  private static final String MANUAL =
      """
      -----------  Configuration Arguments -----------
      augment_conf_path: ./conf/augmentation.json
      batch_size: 32
      learning_rate: 0.0001
      max_duration: 20.0
      mean_std_path: ./dataset/mean_std.npz
      min_duration: 0.0
      num_conv_layers: 2
      num_epoch: 50
      num_rnn_layers: 3
      output_model_dir: ./models/param
      pretrained_model: None
      resume_model: None
      rnn_layer_size: 1024
      shuffle_method: batch_shuffle_clipped
      test_manifest: ./dataset/manifest.test
      test_off: False
      train_manifest: ./dataset/manifest.train
      use_gpu: True
      vocab_path: ./dataset/zh_vocab.txt
      ------------------------------------------------\
      """;

  private static final List<String> NEW_ARGUMENTS =
      List.of(
          "accumulate_batches: 1",
          "adam_beta1: 0.9",
          "adam_beta2: 0.999",
          "adam_epsilon: 1e-08",
          "average_checkpoints: 1",
          "checkpoint_interval: 2000",
          "cpu_threads: None",
          "devices: None",
          "dropout: 0.0",
          "early_stop_epoch: None",
          "early_stop_patience: 0",
          "ema_decay: 0.0",
          "frozen_layers: None",
          "gradient_clip: 400.0",
          "learning_rate_decay: 0.83",
          "learning_rate_epoch: None",
          "learning_rate_floor: 1e-06",
          "learning_rate_last_epoch: None",
          "learning_rate_schedule: exponential",
          "log_interval: 100",
          "max_batch_frames: None",
          "max_test_duration: 60.0",
          "norm_by_times: False",
          "plateau_patience: 2",
          "precision: f32",
          "seed: 0",
          "synchronised_statistics: False",
          "text_normalisation: keep",
          "unknown_characters: drop_character",
          "warmup_steps: 4000",
          "weight_decay: 0.0005");

  @Test
  void theDefaultsGiveTheManualsBlockAndTheNewArgumentsInTheirPlaces() {
    // When
    List<String> lines = ConfigurationBlock.of(TrainingConfiguration.defaults()).lines().toList();

    // Then
    assertThat(lines).containsAll(NEW_ARGUMENTS);
    assertThat(lines.stream().filter(line -> !NEW_ARGUMENTS.contains(line)))
        .containsExactlyElementsOf(MANUAL.lines().toList());
    assertThat(lines.subList(1, lines.size() - 1)).isSorted();
  }

  /** Expected texts: Python 3's {@code print}. */
  @ParameterizedTest
  @CsvSource({
    "0.0001, 0.0001",
    "20.0, 20.0",
    "0.0, 0.0",
    "0.00005, 5e-05",
    "0.001, 0.001",
    "0.00025, 0.00025",
    "1.0, 1.0",
    "0.1, 0.1",
    "0.000015, 1.5e-05"
  })
  void aNumberIsShownAsPythonPrintsIt(double number, String expected) {
    // When
    String literal = ConfigurationBlock.literal(number);

    // Then
    assertThat(literal).isEqualTo(expected);
  }
}
