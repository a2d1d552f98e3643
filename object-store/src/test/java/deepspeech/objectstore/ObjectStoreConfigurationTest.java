package deepspeech.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectStoreConfigurationTest {
  private static final URI ENDPOINT = URI.create("http://store:9000");

  @Test
  void theSecretKeyIsNotPrinted() {
    // Given
    ObjectStoreConfiguration configuration =
        new ObjectStoreConfiguration(ENDPOINT, "id", "open sesame", null);

    // When
    String printed = configuration.toString();

    // Then
    assertThat(printed).contains("http://store:9000").contains("id").doesNotContain("sesame");
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = " ")
  void aMissingKeyIsNamedByItsVariable(String missing) {
    // Given
    String key = "open sesame";

    // When / Then
    assertThatThrownBy(() -> new ObjectStoreConfiguration(ENDPOINT, "id", missing, null))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "DEEPSPEECH_S3_SECRET_KEY: null given, allowed: the secret that belongs to the access key");
    assertThatThrownBy(() -> new ObjectStoreConfiguration(ENDPOINT, missing, key, null))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("DEEPSPEECH_S3_ACCESS_KEY: ")
        .hasMessageNotContaining("sesame");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "store:9000",
        "ftp://store",
        "http://store:9000/models",
        "http://id:secret@store:9000",
        "http://store:9000?x"
      })
  void anEndpointThatIsNotAServerIsNamedByItsVariable(String endpoint) {
    // Given
    URI uri = URI.create(endpoint);

    // When / Then
    assertThatThrownBy(() -> new ObjectStoreConfiguration(uri, "id", "secret", null))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "DEEPSPEECH_S3_ENDPOINT: \"%s\" given, allowed: http://host:port or https://host, nothing more"
                .formatted(endpoint));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "eu west", "eu/west"})
  void aRegionThatIsNoNameIsNamedByItsVariable(String region) {
    // Given
    String secretKey = "secret";

    // When / Then
    assertThatThrownBy(() -> new ObjectStoreConfiguration(ENDPOINT, "id", secretKey, region))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("DEEPSPEECH_S3_REGION: \"" + region + "\" given");
  }

  @Test
  void theEnvironmentIsReadAndTheRegionHasADefault() {
    // Given
    EnvironmentVariables environment =
        new EnvironmentVariables(
            Map.of(
                "DEEPSPEECH_S3_ENDPOINT", "http://store:9000",
                "DEEPSPEECH_S3_ACCESS_KEY", "id",
                "DEEPSPEECH_S3_SECRET_KEY", "open sesame"));

    // When
    ObjectStoreConfiguration configuration = ObjectStoreConfiguration.of(environment);

    // Then
    assertThat(configuration)
        .isEqualTo(new ObjectStoreConfiguration(ENDPOINT, "id", "open sesame", "us-east-1"));
    assertThat(ObjectStoreConfiguration.ifSet(environment)).contains(configuration);
  }

  @Test
  void withoutAnEndpointThereIsNoStore() {
    // Given
    EnvironmentVariables environment =
        new EnvironmentVariables(Map.of("DEEPSPEECH_S3_ACCESS_KEY", "id"));

    // When / Then
    assertThat(ObjectStoreConfiguration.ifSet(environment)).isEmpty();
    assertThatThrownBy(() -> ObjectStoreConfiguration.of(environment))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("DEEPSPEECH_S3_ENDPOINT: not set");
  }
}
