package deepspeech.checkpoint;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.configuration.EnvironmentVariables;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * Where the checkpoints are kept and how to get in.
 *
 * @param endpoint of the S3 server, {@code http://host:port} or {@code https://host}, without a
 *     path
 * @param bucket name of an existing bucket
 * @param prefix of every key, such as {@code team/asr}; empty or null for none
 * @param accessKey access key id
 * @param secretKey secret access key; never printed
 * @param region as the server wants it signed; null for {@code us-east-1}
 */
public record CheckpointStoreConfiguration(
    URI endpoint, String bucket, String prefix, String accessKey, String secretKey, String region) {

  /** The bucket where none is named. */
  public static final String DEFAULT_BUCKET = "deepspeech";

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");

  public CheckpointStoreConfiguration {
    prefix = prefix == null ? "" : prefix;
    region = region == null ? "us-east-1" : region;
    require(
        isServer(endpoint), "endpoint", endpoint, "http://host:port or https://host, nothing more");
    require(
        bucket != null && BUCKET.matcher(bucket).matches(),
        "bucket",
        bucket,
        "3 to 63 of a-z, 0-9, - and .");
    require(
        prefix.isEmpty() || PREFIX.matcher(prefix).matches(),
        "prefix",
        prefix,
        "nothing, or names of A-Z, a-z, 0-9, ., _ and - with / between them");
    require(
        accessKey != null && !accessKey.isBlank(), "access key", accessKey, "the id of a key pair");
    require(
        secretKey != null && !secretKey.isBlank(),
        "secret key",
        null,
        "the secret that belongs to the access key");
    require(REGION.matcher(region).matches(), "region", region, "a name of A-Z, a-z, 0-9 and -");
  }

  /**
   * Reads {@code DEEPSPEECH_S3_ENDPOINT}, {@code DEEPSPEECH_S3_ACCESS_KEY} and {@code
   * DEEPSPEECH_S3_SECRET_KEY}, and where they are set {@code DEEPSPEECH_S3_BUCKET}, {@code
   * DEEPSPEECH_S3_PREFIX} and {@code DEEPSPEECH_S3_REGION}.
   *
   * @throws InvalidMessageException naming what is missing or malformed
   */
  public static CheckpointStoreConfiguration of(EnvironmentVariables environment) {
    return new CheckpointStoreConfiguration(
        environment.requiredUri("DEEPSPEECH_S3_ENDPOINT", "http://host:port or https://host"),
        environment.text("DEEPSPEECH_S3_BUCKET", DEFAULT_BUCKET),
        environment.text("DEEPSPEECH_S3_PREFIX", ""),
        environment.required("DEEPSPEECH_S3_ACCESS_KEY", "the id of a key pair"),
        environment.required(
            "DEEPSPEECH_S3_SECRET_KEY", "the secret that belongs to the access key"),
        environment.text("DEEPSPEECH_S3_REGION").orElse(null));
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
    return "CheckpointStoreConfiguration[endpoint=%s, bucket=%s, prefix=%s, accessKey=%s, secretKey=***, region=%s]"
        .formatted(endpoint, bucket, prefix, accessKey, region);
  }
}
