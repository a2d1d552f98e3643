package deepspeech.checkpoint;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A bucket on another server. Runs can start from its checkpoints. Nothing is written there.
 *
 * @param name replaces the bucket in URIs
 * @param server the server that holds the bucket, with its keys
 * @param bucket name of the bucket on the server
 */
public record OtherStore(String name, ObjectStoreConfiguration server, String bucket) {
  /** The variable that lists the names of other stores. */
  public static final String NAMES = ObjectStoreConfiguration.VARIABLES + "OTHER_STORES";

  public OtherStore {
    require(server != null, "server", server, "an S3 server");
    require(StoreLocation.isBucket(name), "name", name, StoreLocation.BUCKET_ALLOWED);
    require(StoreLocation.isBucket(bucket), "bucket", bucket, StoreLocation.BUCKET_ALLOWED);
  }

  /**
   * Reads {@code DEEPSPEECH_S3_OTHER_STORES}, a list of names separated by commas. For each name,
   * such as {@code old-lab}, reads {@code DEEPSPEECH_S3_OLD_LAB_ENDPOINT}, {@code _ACCESS_KEY},
   * {@code _SECRET_KEY} and, if they are set, {@code _REGION} and {@code _BUCKET}. The bucket
   * defaults to the name.
   *
   * @throws InvalidMessageException naming the missing or malformed variable
   */
  public static List<OtherStore> all(EnvironmentVariables environment) {
    return Arrays.stream(environment.text(NAMES, "").split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .map(name -> of(environment, name))
        .toList();
  }

  private static OtherStore of(EnvironmentVariables environment, String name) {
    require(
        StoreLocation.isBucket(name), NAMES, name, "names, each " + StoreLocation.BUCKET_ALLOWED);
    String variables =
        ObjectStoreConfiguration.VARIABLES
            + name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_")
            + "_";
    ObjectStoreConfiguration server = ObjectStoreConfiguration.of(environment, variables);
    String bucket = environment.text(variables + "BUCKET", name);
    require(
        StoreLocation.isBucket(bucket), variables + "BUCKET", bucket, StoreLocation.BUCKET_ALLOWED);
    return new OtherStore(name, server, bucket);
  }
}
