package deepspeech.checkpoint;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The location of the checkpoint store.
 *
 * @param server the server that holds the bucket, with its keys
 * @param bucket name of an existing bucket
 * @param prefix the prefix of every key, such as {@code team/asr}; empty or null for none
 * @param others further stores that references may name
 */
public record CheckpointStoreConfiguration(
    ObjectStoreConfiguration server, String bucket, String prefix, List<OtherStore> others) {

  /** The default name of the bucket. */
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
          "names other than the name of the main bucket, each once");
    }
  }

  /** A configuration without other stores. */
  public CheckpointStoreConfiguration(
      ObjectStoreConfiguration server, String bucket, String prefix) {
    this(server, bucket, prefix, List.of());
  }

  /** The same store with the given other stores. */
  public CheckpointStoreConfiguration with(List<OtherStore> newOthers) {
    return new CheckpointStoreConfiguration(server, bucket, prefix, newOthers);
  }

  /** Bucket and prefix. */
  public StoreLocation location() {
    return new StoreLocation(bucket, prefix);
  }

  /**
   * Reads the variables of {@link ObjectStoreConfiguration} and, if they are set, {@code
   * DEEPSPEECH_S3_BUCKET}, {@code DEEPSPEECH_S3_PREFIX} and the variables of {@link OtherStore}s.
   *
   * @throws InvalidMessageException naming the missing or malformed variable
   */
  public static CheckpointStoreConfiguration of(EnvironmentVariables environment) {
    return new CheckpointStoreConfiguration(
        ObjectStoreConfiguration.of(environment),
        environment.text("DEEPSPEECH_S3_BUCKET", DEFAULT_BUCKET),
        environment.text("DEEPSPEECH_S3_PREFIX", ""),
        OtherStore.all(environment));
  }
}
