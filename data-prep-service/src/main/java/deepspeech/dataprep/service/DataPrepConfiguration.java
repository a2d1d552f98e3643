package deepspeech.dataprep.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.speech.storage.CacheConfiguration;
import deepspeech.speech.storage.DatasetRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of the service, from environment variables.
 *
 * @param broker the connection to Kafka
 * @param datasetRoot the folder that contains all data sets; empty if they are all in the store
 * @param furtherRoots additional folders that may be read
 * @param objectStore the store that data sets and audio may be in; empty if none is configured
 * @param cache the cache of objects
 * @param threads number of threads that decode utterances, from 1
 * @param concurrentRequests number of requests to process concurrently, from 1
 * @param instanceId name of this replica in the consumer group, with which it gets its partitions
 *     back at once after a restart; empty to rely on the session timeout
 */
public record DataPrepConfiguration(
    BrokerConfiguration broker,
    Optional<Path> datasetRoot,
    List<Path> furtherRoots,
    Optional<ObjectStoreConfiguration> objectStore,
    CacheConfiguration cache,
    int threads,
    int concurrentRequests,
    Optional<String> instanceId) {
  private static final int MOST_THREADS = 1024;

  /** What the batches need on which one thread works. */
  private static final long HEAP_BYTES_PER_THREAD = 64L << 20;

  public DataPrepConfiguration {
    datasetRoot.ifPresent(
        folder ->
            InvalidMessageException.require(
                Files.isDirectory(folder),
                DatasetRoot.ROOT,
                folder.toString(),
                "an existing folder"));
    if (datasetRoot.isEmpty() && objectStore.isEmpty()) {
      throw new InvalidMessageException(
          "%s: not set, allowed: an existing folder, or none if %s is set"
              .formatted(DatasetRoot.ROOT, ObjectStoreConfiguration.ENDPOINT));
    }
    datasetRoot = datasetRoot.map(folder -> folder.toAbsolutePath().normalize());
    furtherRoots = List.copyOf(furtherRoots);
    InvalidMessageException.require(
        datasetRoot.isPresent() || furtherRoots.isEmpty(),
        DatasetRoot.FURTHER_ROOTS,
        furtherRoots.toString(),
        "none, because %s is not set".formatted(DatasetRoot.ROOT));
    for (Path folder : furtherRoots) {
      InvalidMessageException.require(
          Files.isDirectory(folder),
          DatasetRoot.FURTHER_ROOTS,
          folder.toString(),
          "existing folders, joined by commas");
    }
  }

  /**
   * How many threads this replica can keep busy. Replicas share the requests in proportion to it.
   *
   * @param heapBytes largest size of the heap
   */
  int capacity(long heapBytes) {
    return (int) Math.max(1, Math.min(threads, heapBytes / HEAP_BYTES_PER_THREAD));
  }

  private static List<Path> furtherRoots(EnvironmentVariables environment) {
    return Arrays.stream(environment.text(DatasetRoot.FURTHER_ROOTS, "").split(","))
        .map(String::strip)
        .filter(folder -> !folder.isEmpty())
        .map(Path::of)
        .toList();
  }

  /**
   * Reads the environment variables.
   *
   * @throws InvalidMessageException naming the variable, the value and what is allowed
   */
  public static DataPrepConfiguration of(EnvironmentVariables environment) {
    int cores = Runtime.getRuntime().availableProcessors();
    int threads = environment.number("DEEPSPEECH_DATA_PREP_THREADS", cores, 1, MOST_THREADS);
    return new DataPrepConfiguration(
        BrokerConfiguration.of(environment),
        environment.text(DatasetRoot.ROOT).map(Path::of),
        furtherRoots(environment),
        ObjectStoreConfiguration.ifSet(environment),
        CacheConfiguration.of(environment),
        threads,
        // One more than the number of threads, so that another request decodes while one waits for
        // the broker.
        environment.number("DEEPSPEECH_DATA_PREP_REQUESTS", threads + 1, 1, MOST_THREADS),
        environment.text("DEEPSPEECH_DATA_PREP_INSTANCE_ID"));
  }
}
