package deepspeech.objectstore;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address of an S3 server, and what proves to it who sends a request. Errors name the
 * environment variable.
 *
 * @param endpoint of the S3 server, {@code http://host:port} or {@code https://host}, without a
 *     path
 * @param credentials sign the requests
 * @param region for the request signatures; null for {@code us-east-1}
 * @param caFile PEM certificates of authorities that may vouch for the server, beside those that
 *     the JVM knows
 */
public record ObjectStoreConfiguration(
    URI endpoint, S3Credentials credentials, String region, Optional<Path> caFile) {
  /** Prefix of the names of all variables. */
  public static final String VARIABLES = "DEEPSPEECH_S3_";

  /** The variable with the server's endpoint. */
  public static final String ENDPOINT = VARIABLES + "ENDPOINT";

  /**
   * Variables that say how another store than the one with a given key pair is used. A program that
   * starts others with a store of its own has to clear them.
   */
  public static final List<String> OF_ANOTHER_STORE =
      List.of(
          VARIABLES + "ACCESS_KEY_FILE",
          VARIABLES + "SECRET_KEY_FILE",
          VARIABLES + "WEB_IDENTITY_TOKEN_FILE",
          VARIABLES + "CA_FILE");

  private static final String DEFAULT_REGION = "us-east-1";

  private static final String ENDPOINT_ALLOWED = "http://host:port or https://host, nothing more";
  private static final Pattern REGION_FORM = Pattern.compile("[A-Za-z0-9-]{1,64}");

  public ObjectStoreConfiguration {
    region = region == null ? DEFAULT_REGION : region;
    check(VARIABLES, endpoint, region, caFile);
    if (credentials instanceof S3Credentials.KeyPair pair) {
      CredentialVariables.check(VARIABLES, pair);
    }
  }

  /** A server with a key pair. */
  public ObjectStoreConfiguration(URI endpoint, String accessKey, String secretKey, String region) {
    this(endpoint, new S3Credentials.KeyPair(accessKey, secretKey), region, Optional.empty());
  }

  private static void check(String variables, URI endpoint, String region, Optional<Path> caFile) {
    require(isServer(endpoint), variables + "ENDPOINT", String.valueOf(endpoint), ENDPOINT_ALLOWED);
    require(
        REGION_FORM.matcher(region).matches(),
        variables + "REGION",
        region,
        "a name of A-Z, a-z, 0-9 and -");
    caFile.ifPresent(file -> certificates(variables, file));
  }

  /**
   * Reads {@code DEEPSPEECH_S3_ENDPOINT}, the {@link S3Credentials} and, if they are set, {@code
   * DEEPSPEECH_S3_REGION} and {@code DEEPSPEECH_S3_CA_FILE}.
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
    String region = environment.text(variables + "REGION", DEFAULT_REGION);
    Optional<Path> caFile = environment.text(variables + "CA_FILE").map(Path::of);
    check(variables, endpoint, region, caFile);
    return new ObjectStoreConfiguration(
        endpoint,
        new CredentialVariables(environment, variables).credentials(endpoint, region),
        region,
        caFile);
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

  /** True if requests go over TLS. */
  boolean usesTls() {
    return endpoint.getScheme().equals("https");
  }

  /** The certificates of {@link #caFile}. */
  Optional<TrustedCertificates> certificates() {
    return caFile.map(file -> certificates(VARIABLES, file));
  }

  private static TrustedCertificates certificates(String variables, Path file) {
    try {
      return TrustedCertificates.of(file);
    } catch (IOException | CertificateException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(
                  variables + "CA_FILE", file.toString(), "a file of certificates in the form PEM")
              .getMessage(),
          e);
    }
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
    return "ObjectStoreConfiguration[endpoint=%s, %s, region=%s]"
        .formatted(endpoint, credentials, region);
  }
}
