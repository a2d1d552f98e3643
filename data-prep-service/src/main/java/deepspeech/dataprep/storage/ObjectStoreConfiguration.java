package deepspeech.dataprep.storage;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where objects are kept and how to get in.
 *
 * @param endpoint of the S3 server, {@code http://host:port} or {@code https://host}, without a
 *     path
 * @param accessKey access key id
 * @param secretKey secret access key; never printed
 * @param region as the server wants it signed
 */
public record ObjectStoreConfiguration(
    URI endpoint, String accessKey, String secretKey, String region) {
  /** Names the server; the variable that has to be set before an {@code s3://} path can be used. */
  public static final String ENDPOINT = "DEEPSPEECH_S3_ENDPOINT";

  private static final String ACCESS_KEY = "DEEPSPEECH_S3_ACCESS_KEY";
  private static final String SECRET_KEY = "DEEPSPEECH_S3_SECRET_KEY";
  private static final String REGION = "DEEPSPEECH_S3_REGION";
  private static final String ENDPOINT_ALLOWED = "http://host:port or https://host, nothing more";
  private static final Pattern REGION_FORM = Pattern.compile("[A-Za-z0-9-]{1,64}");

  public ObjectStoreConfiguration {
    require(isServer(endpoint), ENDPOINT, String.valueOf(endpoint), ENDPOINT_ALLOWED);
    require(REGION_FORM.matcher(region).matches(), REGION, region, "a name of A-Z, a-z, 0-9 and -");
  }

  /**
   * Reads {@code DEEPSPEECH_S3_ENDPOINT}, {@code DEEPSPEECH_S3_ACCESS_KEY}, {@code
   * DEEPSPEECH_S3_SECRET_KEY} and {@code DEEPSPEECH_S3_REGION}.
   *
   * @return empty if no endpoint is set
   * @throws InvalidMessageException naming what is missing or malformed
   */
  public static Optional<ObjectStoreConfiguration> of(EnvironmentVariables environment) {
    if (environment.text(ENDPOINT).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ObjectStoreConfiguration(
            environment.requiredUri(ENDPOINT, ENDPOINT_ALLOWED),
            environment.required(ACCESS_KEY, "the id of a key pair"),
            environment.required(SECRET_KEY, "the secret that belongs to the access key"),
            environment.text(REGION, "us-east-1")));
  }

  private static boolean isServer(URI endpoint) {
    return endpoint != null
        && ("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))
        && endpoint.getHost() != null
        && endpoint.getUserInfo() == null
        && (endpoint.getRawPath().isEmpty() || endpoint.getRawPath().equals("/"))
        && endpoint.getRawQuery() == null;
  }

  @Override
  public String toString() {
    return "ObjectStoreConfiguration[endpoint=%s, accessKey=%s, secretKey=***, region=%s]"
        .formatted(endpoint, accessKey, region);
  }
}
