package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.evaluator.recognition.ComputeDevice;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluatorConfigurationTest {
  private static final Map<String, String> NEEDED =
      Map.of(
          "KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
          "DEEPSPEECH_S3_ENDPOINT", "http://s3:9000",
          "DEEPSPEECH_S3_ACCESS_KEY", "key",
          "DEEPSPEECH_S3_SECRET_KEY", "secret");

  @Test
  void whatIsNotSetHasADefault() {
    // When
    EvaluatorConfiguration configuration =
        EvaluatorConfiguration.of(new EnvironmentVariables(NEEDED));

    // Then
    assertThat(configuration.broker().bootstrapServers()).isEqualTo("kafka:9092");
    assertThat(configuration.store().bucket()).isEqualTo("deepspeech");
    assertThat(configuration.batchesAhead()).isEqualTo(4);
    assertThat(configuration.device().threads()).isPositive();
    assertThat(configuration.device().gpu()).isEqualTo(ComputeDevice.NO_GPU);
    assertThat(configuration.samples()).isEqualTo(10);
    assertThat(configuration.workDirectory()).isAbsolute();
  }

  @Test
  void everyVariableIsTaken() {
    // Given
    Map<String, String> environment = new HashMap<>(NEEDED);
    environment.put("DEEPSPEECH_BATCHES_AHEAD", "2");
    environment.put("DEEPSPEECH_EVALUATOR_THREADS", "3");
    environment.put("DEEPSPEECH_EVALUATOR_GPU", "1");
    environment.put("DEEPSPEECH_SAMPLE_TRANSCRIPTS", "0");
    environment.put("DEEPSPEECH_WORK_DIR", "/var/tmp/evaluator");

    // When
    EvaluatorConfiguration configuration =
        EvaluatorConfiguration.of(new EnvironmentVariables(environment));

    // Then
    assertThat(configuration.batchesAhead()).isEqualTo(2);
    assertThat(configuration.device()).isEqualTo(new ComputeDevice(3, 1));
    assertThat(configuration.samples()).isZero();
    assertThat(configuration.workDirectory()).isEqualTo(Path.of("/var/tmp/evaluator"));
  }

  @ParameterizedTest
  @CsvSource({
    "DEEPSPEECH_BATCHES_AHEAD, 0",
    "DEEPSPEECH_EVALUATOR_THREADS, many",
    "DEEPSPEECH_EVALUATOR_GPU, cuda",
    "DEEPSPEECH_SAMPLE_TRANSCRIPTS, -1",
    "DEEPSPEECH_S3_ENDPOINT, ''",
    "KAFKA_BOOTSTRAP_SERVERS, ''"
  })
  void aVariableThatWillNotDoIsNamed(String name, String value) {
    // Given
    Map<String, String> environment = new HashMap<>(NEEDED);
    environment.put(name, value);

    // When, Then
    assertThatThrownBy(() -> EvaluatorConfiguration.of(new EnvironmentVariables(environment)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("allowed");
  }
}
