package deepspeech.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectStoreConfigurationTest {
  private static final URI ENDPOINT = URI.create("http://store:9000");

  @TempDir private Path folder;

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
  void keysMayComeFromFilesAndTheirContentIsNotPrinted() throws Exception {
    // Given
    Path accessKey = Files.writeString(folder.resolve("access"), "id");
    Path secretKey = Files.writeString(folder.resolve("secret"), "open sesame");

    // When
    ObjectStoreConfiguration configuration =
        of(
            Map.of(
                "DEEPSPEECH_S3_ACCESS_KEY_FILE", accessKey.toString(),
                "DEEPSPEECH_S3_SECRET_KEY_FILE", secretKey.toString()));

    // Then
    assertThat(configuration.credentials())
        .isEqualTo(new S3Credentials.KeyFiles(accessKey, secretKey));
    assertThat(configuration.toString())
        .contains("access key of " + accessKey)
        .doesNotContain("sesame");
  }

  @ParameterizedTest
  @CsvSource({
    "http://store:9000, http://store:9000",
    "https://s3.eu-west-1.amazonaws.com, https://sts.eu-west-1.amazonaws.com"
  })
  void aWebIdentityIsTheStoresOwnOrThatOfThePlatform(URI endpoint, URI sts) throws Exception {
    // Given
    Path token = Files.writeString(folder.resolve("token"), "token");
    S3Credentials expected = new S3Credentials.WebIdentity(token, sts, Optional.of("asr"));
    Map<String, String> common =
        Map.of("DEEPSPEECH_S3_ENDPOINT", endpoint.toString(), "DEEPSPEECH_S3_REGION", "eu-west-1");

    // When
    ObjectStoreConfiguration own =
        of(
            common,
            Map.of(
                "DEEPSPEECH_S3_WEB_IDENTITY_TOKEN_FILE",
                token.toString(),
                "DEEPSPEECH_S3_ROLE_ARN",
                "asr"));
    ObjectStoreConfiguration ofPlatform =
        of(common, Map.of("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(), "AWS_ROLE_ARN", "asr"));

    // Then
    assertThat(own.credentials()).isEqualTo(expected);
    assertThat(ofPlatform.credentials()).isEqualTo(expected);
  }

  @Test
  void aFileThatIsMissingOrEmptyIsNamedByItsVariable() throws Exception {
    // Given
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    Path filled = Files.writeString(folder.resolve("filled"), "id");
    Path missing = folder.resolve("missing");

    // When / Then
    assertThatThrownBy(
            () ->
                of(
                    Map.of(
                        "DEEPSPEECH_S3_ACCESS_KEY_FILE", filled.toString(),
                        "DEEPSPEECH_S3_SECRET_KEY_FILE", empty.toString())))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "DEEPSPEECH_S3_SECRET_KEY_FILE: \"%s\" given, allowed: a readable file that is not empty",
            empty);
    assertThatThrownBy(
            () -> of(Map.of("DEEPSPEECH_S3_WEB_IDENTITY_TOKEN_FILE", missing.toString())))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("DEEPSPEECH_S3_WEB_IDENTITY_TOKEN_FILE: \"%s\" given", missing);
    assertThatThrownBy(
            () ->
                of(
                    Map.of(
                        "DEEPSPEECH_S3_ACCESS_KEY", "id",
                        "DEEPSPEECH_S3_SECRET_KEY", "open sesame",
                        "DEEPSPEECH_S3_CA_FILE", filled.toString())))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "DEEPSPEECH_S3_CA_FILE: \"%s\" given, allowed: a file of certificates in the form PEM",
            filled);
  }

  @Test
  void twoKindsOfCredentialsAreRefused() {
    // Given
    Map<String, String> both =
        Map.of(
            "DEEPSPEECH_S3_ACCESS_KEY", "id",
            "DEEPSPEECH_S3_SECRET_KEY", "open sesame",
            "DEEPSPEECH_S3_ACCESS_KEY_FILE", "/run/secrets/id");

    // When
    var thrown = assertThatThrownBy(() -> of(both));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "DEEPSPEECH_S3_ACCESS_KEY_FILE: set, allowed: only one of DEEPSPEECH_S3_ACCESS_KEY and DEEPSPEECH_S3_ACCESS_KEY_FILE");
  }

  private static ObjectStoreConfiguration of(Map<String, String> variables) {
    return of(Map.of("DEEPSPEECH_S3_ENDPOINT", ENDPOINT.toString()), variables);
  }

  private static ObjectStoreConfiguration of(
      Map<String, String> common, Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(common);
    all.putAll(variables);
    return ObjectStoreConfiguration.of(new EnvironmentVariables(all));
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
