package deepspeech.checkpoint;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.checkpoint.StoreLocation;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the checkpoints are kept.
 *
 * @param server that has the bucket, and how to get in
 * @param bucket name of an existing bucket
 * @param prefix of every key, such as {@code team/asr}; empty or null for none
 * @param others stores that references may name too
 */
public record CheckpointStoreConfiguration(
    ObjectStoreConfiguration server, String bucket, String prefix, List<OtherStore> others) {

  /** The bucket where none is named. */
  public static final String DEFAULT_BUCKET = "deepspeech";

  public CheckpointStoreConfiguration {
    prefix = prefix == null ? "" : prefix;
    require(server != null, "server", server, "an S3 server");
    var unused = new StoreLocation(bucket, prefix);
    others = List.copyOf(others);
    Set<String> names = new HashSet<>(Set.of(bucket));
    for (OtherStore other : others) {
      require(
          names.add(other.name()),
          OtherStore.NAMES,
          other.name(),
          "names that are not the own bucket's, each once");
    }
  }

  /** A store beside which there is none. */
  public CheckpointStoreConfiguration(
      ObjectStoreConfiguration server, String bucket, String prefix) {
    this(server, bucket, prefix, List.of());
  }

  /** The same store beside others. */
  public CheckpointStoreConfiguration with(List<OtherStore> newOthers) {
    return new CheckpointStoreConfiguration(server, bucket, prefix, newOthers);
  }

  /** Bucket and prefix. */
  public StoreLocation location() {
    return new StoreLocation(bucket, prefix);
  }

  /**
   * Reads what {@link ObjectStoreConfiguration} reads and, where they are set, {@code
   * DEEPSPEECH_S3_BUCKET}, {@code DEEPSPEECH_S3_PREFIX} and the variables of {@link OtherStore}s.
   *
   * @throws InvalidMessageException naming what is missing or malformed
   */
  public static CheckpointStoreConfiguration of(EnvironmentVariables environment) {
    return new CheckpointStoreConfiguration(
        ObjectStoreConfiguration.of(environment),
        environment.text("DEEPSPEECH_S3_BUCKET", DEFAULT_BUCKET),
        environment.text("DEEPSPEECH_S3_PREFIX", ""),
        OtherStore.all(environment));
  }
}
