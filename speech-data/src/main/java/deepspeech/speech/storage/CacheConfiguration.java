package deepspeech.speech.storage;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.nio.file.Path;

/**
 * The configuration of the disk cache for objects.
 *
 * @param folder folder of the cache; created if it does not exist
 * @param bytes largest total size of the copies of one process
 */
public record CacheConfiguration(Path folder, long bytes) {
  /** The variable that names the folder. */
  public static final String FOLDER = "DEEPSPEECH_DATA_CACHE_DIR";

  private static final int DEFAULT_MEGABYTES = 10_240;

  /**
   * Reads {@code DEEPSPEECH_DATA_CACHE_DIR} and {@code DEEPSPEECH_DATA_CACHE_MB}.
   *
   * @throws InvalidMessageException if a variable is malformed; the message names it
   */
  public static CacheConfiguration of(EnvironmentVariables environment) {
    return new CacheConfiguration(
        environment
            .text(FOLDER)
            .map(Path::of)
            .orElse(Path.of(System.getProperty("java.io.tmpdir"), "deepspeech-data-cache")),
        environment.number("DEEPSPEECH_DATA_CACHE_MB", DEFAULT_MEGABYTES, 1, Integer.MAX_VALUE)
            * 1_000_000L);
  }
}
