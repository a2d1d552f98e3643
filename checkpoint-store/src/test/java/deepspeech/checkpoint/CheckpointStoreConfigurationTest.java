package deepspeech.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreConfigurationTest {

  private static final URI ENDPOINT = URI.create("http://store:9000");

  @Test
  void theSecretKeyIsNotPrinted() {
    // Given
    CheckpointStoreConfiguration configuration =
        new CheckpointStoreConfiguration(ENDPOINT, "models", null, "id", "open sesame", null);

    // When
    String printed = configuration.toString();

    // Then
    assertThat(printed).contains("models").contains("id").doesNotContain("sesame");
  }

  @Test
  void aMissingSecretKeyIsNamed() {
    // Given
    String secretKey = " ";

    // When / Then
    assertThatThrownBy(
            () -> new CheckpointStoreConfiguration(ENDPOINT, "models", null, "id", secretKey, null))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("secret key: null given, allowed: the secret that belongs to the access key");
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
  void anEndpointThatIsNotAServerIsNamed(String endpoint) {
    // Given
    URI uri = URI.create(endpoint);

    // When / Then
    assertThatThrownBy(
            () -> new CheckpointStoreConfiguration(uri, "models", null, "id", "secret", null))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("endpoint: ")
        .hasMessageContaining("allowed: http://host:port");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/models", "models/", "a//b", "../a", "a b"})
  void aPrefixThatIsNotAFolderIsNamed(String prefix) {
    // Given
    String bucket = "models";

    // When / Then
    assertThatThrownBy(
            () -> new CheckpointStoreConfiguration(ENDPOINT, bucket, prefix, "id", "secret", null))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("prefix: \"" + prefix + "\" given");
  }

  @Test
  void anS3UriIsReadAsItIsWritten() {
    // Given
    String text = "s3://models/runs/a/checkpoints/epoch-0001/model.onnx";

    // When
    S3Uri uri = S3Uri.parse(text);

    // Then
    assertThat(uri)
        .isEqualTo(new S3Uri("models", "runs/a/checkpoints/epoch-0001/model.onnx"))
        .hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "models/a", "s3:///a", "s3://models", "s3://models/"})
  void whatIsNotAnS3UriIsNamed(String text) {
    // Given
    String allowed = "allowed: s3://bucket/key";

    // When / Then
    assertThatThrownBy(() -> S3Uri.parse(text))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageEndingWith(allowed);
  }
}
