package deepspeech.objectstore;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address and the keys of an S3 server. Errors name the environment variable.
 *
 * @param endpoint of the S3 server, {@code http://host:port} or {@code https://host}, without a
 *     path
 * @param accessKey access key id
 * @param secretKey secret access key; never printed
 * @param region for the request signatures; null for {@code us-east-1}
 */
public record ObjectStoreConfiguration(
    URI endpoint, String accessKey, String secretKey, String region) {
  /** Prefix of the names of all variables. */
  public static final String VARIABLES = "DEEPSPEECH_S3_";

  /** The variable with the server's endpoint. */
  public static final String ENDPOINT = VARIABLES + "ENDPOINT";

  private static final String ACCESS_KEY = "ACCESS_KEY";
  private static final String SECRET_KEY = "SECRET_KEY";
  private static final String REGION = "REGION";
  private static final String DEFAULT_REGION = "us-east-1";
  private static final String ENDPOINT_ALLOWED = "http://host:port or https://host, nothing more";
  private static final String ACCESS_KEY_ALLOWED = "the id of a key pair";
  private static final String SECRET_KEY_ALLOWED = "the secret that belongs to the access key";
  private static final Pattern REGION_FORM = Pattern.compile("[A-Za-z0-9-]{1,64}");

  public ObjectStoreConfiguration {
    region = region == null ? DEFAULT_REGION : region;
    check(VARIABLES, endpoint, accessKey, secretKey, region);
  }

  private static void check(
      String variables, URI endpoint, String accessKey, String secretKey, String region) {
    require(isServer(endpoint), variables + "ENDPOINT", String.valueOf(endpoint), ENDPOINT_ALLOWED);
    require(
        accessKey != null && !accessKey.isBlank(),
        variables + ACCESS_KEY,
        accessKey,
        ACCESS_KEY_ALLOWED);
    require(
        secretKey != null && !secretKey.isBlank(),
        variables + SECRET_KEY,
        null,
        SECRET_KEY_ALLOWED);
    require(
        REGION_FORM.matcher(region).matches(),
        variables + REGION,
        region,
        "a name of A-Z, a-z, 0-9 and -");
  }

  /**
   * Reads {@code DEEPSPEECH_S3_ENDPOINT}, {@code DEEPSPEECH_S3_ACCESS_KEY}, {@code
   * DEEPSPEECH_S3_SECRET_KEY} and, if it is set, {@code DEEPSPEECH_S3_REGION}.
   *
   * @throws InvalidMessageException naming the missing or malformed variable
   */
  public static ObjectStoreConfiguration of(EnvironmentVariables environment) {
    return of(environment, VARIABLES);
  }

  /**
   * Reads the configuration of another server, from variables with another prefix.
   *
   * @param variables prefix of the names, such as {@code DEEPSPEECH_S3_ARCHIVE_}
   * @throws InvalidMessageException naming the missing or malformed variable
   */
  public static ObjectStoreConfiguration of(EnvironmentVariables environment, String variables) {
    URI endpoint = environment.requiredUri(variables + "ENDPOINT", ENDPOINT_ALLOWED);
    String accessKey = environment.required(variables + ACCESS_KEY, ACCESS_KEY_ALLOWED);
    String secretKey = environment.required(variables + SECRET_KEY, SECRET_KEY_ALLOWED);
    String region = environment.text(variables + REGION, DEFAULT_REGION);
    check(variables, endpoint, accessKey, secretKey, region);
    return new ObjectStoreConfiguration(endpoint, accessKey, secretKey, region);
  }

  /**
   * Reads the configuration if {@code DEEPSPEECH_S3_ENDPOINT} is set.
   *
   * @return empty if no endpoint is set
   * @throws InvalidMessageException naming the missing or malformed variable
   */
  public static Optional<ObjectStoreConfiguration> ifSet(EnvironmentVariables environment) {
    return environment.text(ENDPOINT).map(endpoint -> of(environment));
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
