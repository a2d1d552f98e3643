package deepspeech.checkpoint;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.checkpoint.StoreLocation;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.objectstore.ObjectStoreConfiguration;

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

  public CheckpointStoreConfiguration {
    prefix = prefix == null ? "" : prefix;
    require(server != null, "server", server, "an S3 server");
    var unused = new StoreLocation(bucket, prefix);
  }

  /** Bucket and prefix. */
  public StoreLocation location() {
    return new StoreLocation(bucket, prefix);
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
