package deepspeech.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreConfigurationTest {

  private static final ObjectStoreConfiguration SERVER =
      new ObjectStoreConfiguration(URI.create("http://store:9000"), "id", "open sesame", null);

  private static final Map<String, String> OWN =
      Map.of(
          "DEEPSPEECH_S3_ENDPOINT", "http://store:9000",
          "DEEPSPEECH_S3_ACCESS_KEY", "id",
          "DEEPSPEECH_S3_SECRET_KEY", "open sesame");

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
  void otherStoresAreReadFromTheirVariables() {
    // Given
    Map<String, String> variables = new HashMap<>(OWN);
    variables.putAll(
        Map.of(
            "DEEPSPEECH_S3_OTHER_STORES", "archive, old-lab",
            "DEEPSPEECH_S3_ARCHIVE_ENDPOINT", "https://archive",
            "DEEPSPEECH_S3_ARCHIVE_ACCESS_KEY", "reader",
            "DEEPSPEECH_S3_ARCHIVE_SECRET_KEY", "open barley",
            "DEEPSPEECH_S3_OLD_LAB_ENDPOINT", "http://lab:9000",
            "DEEPSPEECH_S3_OLD_LAB_ACCESS_KEY", "guest",
            "DEEPSPEECH_S3_OLD_LAB_SECRET_KEY", "open rye"));
    variables.put("DEEPSPEECH_S3_OLD_LAB_REGION", "cn-north-1");
    variables.put("DEEPSPEECH_S3_OLD_LAB_BUCKET", "deepspeech");

    // When
    CheckpointStoreConfiguration configuration =
        CheckpointStoreConfiguration.of(new EnvironmentVariables(variables));

    // Then
    assertThat(configuration.others())
        .containsExactly(
            new OtherStore(
                "archive",
                new ObjectStoreConfiguration(
                    URI.create("https://archive"), "reader", "open barley", null),
                "archive"),
            new OtherStore(
                "old-lab",
                new ObjectStoreConfiguration(
                    URI.create("http://lab:9000"), "guest", "open rye", "cn-north-1"),
                "deepspeech"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DEEPSPEECH_S3_OTHER_STORES | deepspeech | DEEPSPEECH_S3_OTHER_STORES: \"deepspeech\" given",
        "DEEPSPEECH_S3_OTHER_STORES | lab,lab | DEEPSPEECH_S3_OTHER_STORES: \"lab\" given",
        "DEEPSPEECH_S3_OTHER_STORES | Lab | DEEPSPEECH_S3_OTHER_STORES: \"Lab\" given",
        "DEEPSPEECH_S3_OTHER_STORES | archive | DEEPSPEECH_S3_ARCHIVE_ENDPOINT: not set",
        "DEEPSPEECH_S3_LAB_BUCKET | a | DEEPSPEECH_S3_LAB_BUCKET: \"a\" given",
        "DEEPSPEECH_S3_LAB_REGION | a b | DEEPSPEECH_S3_LAB_REGION: \"a b\" given"
      })
  void anotherStoreThatCannotBeUsedIsNamedByItsVariable(
      String variable, String value, String message) {
    // Given
    Map<String, String> variables = new HashMap<>(OWN);
    for (String store : List.of("LAB", "DEEPSPEECH")) {
      variables.put("DEEPSPEECH_S3_" + store + "_ENDPOINT", "http://lab:9000");
      variables.put("DEEPSPEECH_S3_" + store + "_ACCESS_KEY", "guest");
      variables.put("DEEPSPEECH_S3_" + store + "_SECRET_KEY", "open rye");
    }
    variables.put("DEEPSPEECH_S3_OTHER_STORES", "lab");
    variables.put(variable, value);
    EnvironmentVariables environment = new EnvironmentVariables(variables);

    // When / Then
    assertThatThrownBy(() -> CheckpointStoreConfiguration.of(environment))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith(message);
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
