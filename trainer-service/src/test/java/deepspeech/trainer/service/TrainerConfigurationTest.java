package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.configuration.EnvironmentVariables;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerConfigurationTest {
  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", "broker:9092",
              "KAFKA_SASL_JAAS_CONFIG", "a login",
              "DEEPSPEECH_S3_ENDPOINT", "http://store:9000",
              "DEEPSPEECH_S3_ACCESS_KEY", "key",
              "DEEPSPEECH_S3_SECRET_KEY", "secret"));

  @Test
  void brokerAndStoreComeFromTheEnvironmentAndTheRestHasDefaults() {
    // When
    TrainerConfiguration configuration = read();

    // Then
    assertThat(configuration.broker().bootstrapServers()).isEqualTo("broker:9092");
    assertThat(configuration.broker().properties()).containsEntry("sasl.jaas.config", "a login");
    assertThat(configuration.store().bucket()).isEqualTo("deepspeech");
    assertThat(configuration.batchesAhead()).isEmpty();
    assertThat(configuration.pendingBytes()).isEqualTo(10_000_000_000L);
  }

  @Test
  void whatIsMissingIsNamed() {
    // Given
    environment.remove("DEEPSPEECH_S3_SECRET_KEY");

    // Then
    assertThatThrownBy(this::read)
        .hasMessage(
            "DEEPSPEECH_S3_SECRET_KEY: not set, allowed: the secret that belongs to the access key");
  }

  @Test
  void whatIsWrongIsNamedWithItsValueAndWhatIsAllowed() {
    // Given
    environment.put("DEEPSPEECH_BATCHES_AHEAD", "0");

    // Then
    assertThatThrownBy(this::read)
        .hasMessage(
            "DEEPSPEECH_BATCHES_AHEAD: \"0\" given, allowed: a whole number from 1 to 1000");
  }

  private TrainerConfiguration read() {
    return TrainerConfiguration.of(new EnvironmentVariables(environment));
  }
}
