package deepspeech.checkpoint;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.util.regex.Pattern;

/**
 * Where the checkpoints are kept.
 *
 * @param server that has the bucket, and how to get in
 * @param bucket name of an existing bucket
 * @param prefix of every key, such as {@code team/asr}; empty or null for none
 */
public record CheckpointStoreConfiguration(
    ObjectStoreConfiguration server, String bucket, String prefix) {

  /** The bucket where none is named. */
  public static final String DEFAULT_BUCKET = "deepspeech";

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

  public CheckpointStoreConfiguration {
    prefix = prefix == null ? "" : prefix;
    require(server != null, "server", server, "an S3 server");
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
  }

  /**
   * Reads what {@link ObjectStoreConfiguration} reads and, where they are set, {@code
   * DEEPSPEECH_S3_BUCKET} and {@code DEEPSPEECH_S3_PREFIX}.
   *
   * @throws InvalidMessageException naming what is missing or malformed
   */
  public static CheckpointStoreConfiguration of(EnvironmentVariables environment) {
    return new CheckpointStoreConfiguration(
        ObjectStoreConfiguration.of(environment),
        environment.text("DEEPSPEECH_S3_BUCKET", DEFAULT_BUCKET),
        environment.text("DEEPSPEECH_S3_PREFIX", ""));
  }
}
