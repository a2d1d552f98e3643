package deepspeech.checkpoint;

import static deepspeech.messages.InvalidMessageException.require;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.StoreLocation;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A bucket on a server of its own. Runs begin with checkpoints from there; nothing is written
 * there.
 *
 * @param name in the place of the bucket in URIs
 * @param server that has the bucket, and how to get in
 * @param bucket that is there
 */
public record OtherStore(String name, ObjectStoreConfiguration server, String bucket) {
  /** The variable that lists the names. */
  public static final String NAMES = ObjectStoreConfiguration.VARIABLES + "OTHER_STORES";

  public OtherStore {
    require(server != null, "server", server, "an S3 server");
    require(StoreLocation.isBucket(name), "name", name, StoreLocation.BUCKET_ALLOWED);
    require(StoreLocation.isBucket(bucket), "bucket", bucket, StoreLocation.BUCKET_ALLOWED);
  }

  /**
   * Reads {@code DEEPSPEECH_S3_OTHER_STORES}, names with commas between them, and for each, such as
   * {@code old-lab}, {@code DEEPSPEECH_S3_OLD_LAB_ENDPOINT}, {@code _ACCESS_KEY}, {@code
   * _SECRET_KEY} and, where they are set, {@code _REGION} and {@code _BUCKET}, which is the name
   * otherwise.
   *
   * @throws InvalidMessageException naming what is missing or malformed
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
