package deepspeech.objectstore;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.objectstore.S3Credentials.KeyFiles;
import deepspeech.objectstore.S3Credentials.KeyPair;
import deepspeech.objectstore.S3Credentials.WebIdentity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The environment variables that {@link S3Credentials} are read from. */
final class CredentialVariables {
  private static final String ACCESS_KEY = "ACCESS_KEY";
  private static final String SECRET_KEY = "SECRET_KEY";
  private static final String ACCESS_KEY_FILE = "ACCESS_KEY_FILE";
  private static final String SECRET_KEY_FILE = "SECRET_KEY_FILE";
  private static final String TOKEN_FILE = "WEB_IDENTITY_TOKEN_FILE";
  private static final String ROLE = "ROLE_ARN";
  private static final String STS_ENDPOINT = "STS_ENDPOINT";
  private static final String SECRET_KEY_ALLOWED = "the secret that belongs to the access key";
  private static final String READABLE_FILE = "a readable file that is not empty";

  /** Set by platforms that give pods an identity of AWS. */
  private static final String PLATFORM_TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE";

  private static final String PLATFORM_ROLE = "AWS_ROLE_ARN";

  private final EnvironmentVariables environment;
  private final String variables;

  /**
   * Prepares to read.
   *
   * @param variables prefix of the names
   */
  CredentialVariables(EnvironmentVariables environment, String variables) {
    this.environment = environment;
    this.variables = variables;
  }

  /**
   * Reads a key pair, a pair of files or a web identity. If none is set, a web identity that the
   * platform gives to the pod is used.
   *
   * @param endpoint the S3 server, which is the security token service too unless it is one of AWS
   * @throws InvalidMessageException naming the missing or malformed variable
   */
  S3Credentials credentials(URI endpoint, String region) {
    List<String> kinds =
        Stream.of(ACCESS_KEY, ACCESS_KEY_FILE, TOKEN_FILE)
            .filter(name -> environment.text(variables + name).isPresent())
            .map(name -> variables + name)
            .toList();
    if (kinds.size() > 1) {
      throw new InvalidMessageException(
          "%s: set, allowed: only one of %s".formatted(kinds.get(1), String.join(" and ", kinds)));
    }
    if (kinds.contains(variables + ACCESS_KEY_FILE)) {
      return new KeyFiles(file(variables + ACCESS_KEY_FILE), file(variables + SECRET_KEY_FILE));
    }
    if (kinds.contains(variables + TOKEN_FILE)) {
      return webIdentity(variables + TOKEN_FILE, variables + ROLE, endpoint, region);
    }
    if (kinds.isEmpty() && environment.text(PLATFORM_TOKEN_FILE).isPresent()) {
      return webIdentity(PLATFORM_TOKEN_FILE, PLATFORM_ROLE, endpoint, region);
    }
    KeyPair pair =
        new KeyPair(
            environment.required(variables + ACCESS_KEY, accessKeyAllowed(variables)),
            environment.required(variables + SECRET_KEY, SECRET_KEY_ALLOWED));
    check(variables, pair);
    return pair;
  }

  /**
   * Checks a key pair.
   *
   * @throws InvalidMessageException naming the variable, but never the secret
   */
  static void check(String variables, KeyPair pair) {
    require(
        pair.accessKey() != null && !pair.accessKey().isBlank(),
        variables + ACCESS_KEY,
        pair.accessKey(),
        accessKeyAllowed(variables));
    require(
        pair.secretKey() != null && !pair.secretKey().isBlank(),
        variables + SECRET_KEY,
        null,
        SECRET_KEY_ALLOWED);
  }

  private static String accessKeyAllowed(String variables) {
    return "the id of a key pair; or none if %s or %s is set"
        .formatted(variables + ACCESS_KEY_FILE, variables + TOKEN_FILE);
  }

  private WebIdentity webIdentity(String tokenFile, String role, URI endpoint, String region) {
    return new WebIdentity(
        file(tokenFile),
        environment.text(variables + STS_ENDPOINT).isPresent()
            ? environment.requiredUri(variables + STS_ENDPOINT, "http://host:port or https://host")
            : stsEndpoint(endpoint, region),
        environment.text(role));
  }

  private static URI stsEndpoint(URI endpoint, String region) {
    return endpoint.getHost().endsWith(".amazonaws.com")
        ? URI.create("https://sts." + region + ".amazonaws.com")
        : endpoint;
  }

  private Path file(String variable) {
    String text = environment.required(variable, READABLE_FILE);
    Path file = Path.of(text);
    require(isFilled(file), variable, text, READABLE_FILE);
    return file;
  }

  private static boolean isFilled(Path file) {
    try {
      return !Files.readString(file).isBlank();
    } catch (IOException e) {
      return false;
    }
  }
}
