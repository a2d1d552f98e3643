package deepspeech.messages.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.Json;
import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.Split;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvenanceTest {
  private static final CodeVersion CODE = new CodeVersion("0.1.0", "c".repeat(40), true);
  private static final Map<String, String> TRAIN = Map.of("manifest", "m1", "noise/a.b", "n1");
  private static final Map<String, String> TEST = Map.of("manifest", "m2");

  @Test
  void itIsFoundAgainAmongOtherMetadata() {
    // Given
    Provenance provenance =
        of(TrainingConfiguration.defaults())
            .begunWith(Argument.PRETRAINED_MODEL, "s3://b/runs/base/", "w1");
    Map<String, String> metadata = new HashMap<>(provenance.values());
    metadata.putAll(Map.of("step", "7", "taken_at", "2026-01-01T00:00:00Z", "fingerprint", "f"));

    // When
    Provenance found = Provenance.among(metadata);

    // Then
    assertThat(found).isEqualTo(provenance);
    assertThat(found.files(Split.TRAIN)).isEqualTo(TRAIN);
    assertThat(found.files(Split.TEST)).isEqualTo(TEST);
    assertThat(found.code()).contains("0.1.0 (commit %s-dirty)".formatted("c".repeat(40)));
    assertThat(found.model(Argument.PRETRAINED_MODEL)).contains("s3://b/runs/base/");
    assertThat(found.weights(Argument.PRETRAINED_MODEL)).contains("w1");
    assertThat(found.model(Argument.RESUME_MODEL)).isEmpty();
  }

  @Test
  void inJsonItIsAnObjectOfTexts() {
    // Given
    Provenance provenance = new Provenance(Map.of("code.version", "0.1.0", "code.commit", "c"));

    // When
    String json = Json.writeText(provenance);

    // Then
    assertThat(json).isEqualTo("{\"code.commit\":\"c\",\"code.version\":\"0.1.0\"}");
    assertThat(Json.read(json, Provenance.class)).isEqualTo(provenance);
  }

  @ParameterizedTest
  @CsvSource({
    "seed, 1",
    "accumulate_batches, 4",
    "adam_beta1, 0.8",
    "adam_beta2, 0.98",
    "adam_epsilon, 1e-9",
    "average_checkpoints, 5",
    "dropout, 0.1",
    "ema_decay, 0.999",
    "gradient_clip, 100",
    "norm_by_times, True",
    "synchronised_statistics, True",
    "weight_decay, 0",
    "learning_rate, 0.5",
    "learning_rate_decay, 0.9",
    "learning_rate_epoch, 3",
    "learning_rate_schedule, noam",
    "plateau_patience, 0",
    "precision, bf16",
    "warmup_steps, 100",
    "batch_size, 8",
    "train_manifest, other",
    "rnn_layer_size, 8",
    "use_gpu, False",
    "max_duration, 10"
  })
  void itDistinguishesConfigurationsThatGiveOtherWeights(String argument, String value) {
    // When
    Provenance changed = of(TrainingConfiguration.of(Map.of(argument, value)));

    // Then
    assertThat(changed.configuration())
        .isPresent()
        .isNotEqualTo(of(TrainingConfiguration.defaults()).configuration());
  }

  @ParameterizedTest
  @CsvSource({
    "num_epoch, 60",
    "checkpoint_interval, 10",
    "cpu_threads, 3",
    "early_stop_epoch, 4",
    "early_stop_patience, 3",
    "log_interval, 1",
    "output_model_dir, elsewhere",
    "test_manifest, other",
    "test_off, True",
    "resume_model, latest",
    "pretrained_model, base/best"
  })
  void itHoldsConfigurationsForEqualThatGiveTheSameWeights(String argument, String value) {
    // When
    Provenance changed = of(TrainingConfiguration.of(Map.of(argument, value)));

    // Then
    assertThat(changed).isEqualTo(of(TrainingConfiguration.defaults()));
  }

  /** The hash that builds without the arguments of optimiser and schedule give. */
  @Test
  void theDefaultsHaveTheHashThatTheyHadBeforeThereWereMoreArguments() {
    // When
    String hash = Provenance.hash(TrainingConfiguration.defaults());

    // Then
    assertThat(hash).isEqualTo("1b87da26fd05de72742f12152801a547c5d813a3ee5d0a40c5e3569b8e26c3cb");
  }

  @ParameterizedTest
  @CsvSource({"test_manifest, other", "max_test_duration, 20"})
  void aScheduleThatCountsTestsGivesOtherWeightsWithAnotherTest(String argument, String value) {
    // Given
    TrainingConfiguration plateau =
        TrainingConfiguration.of(Map.of("learning_rate_schedule", "plateau"));

    // Then
    assertThat(Provenance.hash(plateau.with(Map.of(argument, value))))
        .isNotEqualTo(Provenance.hash(plateau));
  }

  @Test
  void aResumedRunKeepsTheModelOfAnotherThatItBeganWith() {
    // Given
    Provenance first =
        of(TrainingConfiguration.defaults())
            .begunWith(Argument.RESUME_MODEL, "s3://b/runs/base/", "w1");
    Provenance now =
        Provenance.of(TrainingConfiguration.defaults(), Map.of("manifest", "m3"), TEST, CODE);

    // When
    Provenance kept = now.begunAs(first);

    // Then
    assertThat(kept.model(Argument.RESUME_MODEL)).contains("s3://b/runs/base/");
    assertThat(kept.weights(Argument.RESUME_MODEL)).contains("w1");
    assertThat(kept.files(Split.TRAIN)).isEqualTo(Map.of("manifest", "m3"));
  }

  private static Provenance of(TrainingConfiguration configuration) {
    return Provenance.of(configuration, TRAIN, TEST, CODE);
  }
}
