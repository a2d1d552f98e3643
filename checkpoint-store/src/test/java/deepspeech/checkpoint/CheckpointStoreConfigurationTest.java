package deepspeech.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreConfigurationTest {

  private static final ObjectStoreConfiguration SERVER =
      new ObjectStoreConfiguration(URI.create("http://store:9000"), "id", "open sesame", null);

  @Test
  void theSecretKeyIsNotPrinted() {
    // Given
    CheckpointStoreConfiguration configuration =
        new CheckpointStoreConfiguration(SERVER, "models", null);

    // When
    String printed = configuration.toString();

    // Then
    assertThat(printed).contains("models").contains("id").doesNotContain("sesame");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/models", "models/", "a//b", "../a", "a b"})
  void aPrefixThatIsNotAFolderIsNamed(String prefix) {
    // Given
    String bucket = "models";

    // When / Then
    assertThatThrownBy(() -> new CheckpointStoreConfiguration(SERVER, bucket, prefix))
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
