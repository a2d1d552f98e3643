package deepspeech.messages.topic;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The names, partition counts and retention times of all topics. This is the only place that
 * decides them.
 */
public final class Topics {
  /**
   * {@code train}, {@code resume}, {@code fine-tune}, {@code stop}, {@code evaluate}, {@code pin}
   * and {@code unpin}; key: run.
   */
  public static final String COMMANDS = "deepspeech.commands";

  /** The state of each run after every change; key: run; compacted. */
  public static final String RUNS = "deepspeech.runs";

  /** Requests for data set descriptions and feature batches, shared by the data-prep replicas. */
  public static final String BATCH_REQUESTS = "deepspeech.batch-requests";

  /** Events of committed checkpoints; key: run. */
  public static final String CHECKPOINTS = "deepspeech.checkpoints";

  /** CER and WER of one checkpoint; key: run. */
  public static final String EVALUATIONS = "deepspeech.evaluations";

  /** Metric points, one per record; key: run. */
  public static final String METRICS = "deepspeech.metrics";

  /** Messages and utterances that could not be used, with the reason; key: run. */
  public static final String DEAD_LETTERS = "deepspeech.dead-letters";

  /** Messages between trainers; key: the trainer that a message is for. */
  public static final String TRAINERS = "deepspeech.trainers";

  /** Begins the names of the feature topics of runs. */
  public static final String FEATURES = "deepspeech.features.";

  /**
   * Number of partitions of a new {@link #BATCH_REQUESTS}. As many are added at a time when there
   * are more data-prep replicas, see {@link #batchRequestPartitions}.
   */
  public static final int BATCH_REQUEST_PARTITIONS = 16;

  /** With so many partitions for each replica of data-prep, they can be shared evenly. */
  public static final int BATCH_REQUEST_PARTITIONS_PER_REPLICA = 4;

  private static final Map<String, String> DAYS = retention(Duration.ofDays(30));

  private Topics() {}

  /** The topics that do not belong to a single run. */
  public static List<TopicDefinition> shared() {
    return List.of(
        // One partition: one trainer of the group receives the commands, in their order.
        new TopicDefinition(COMMANDS, 1, DAYS),
        new TopicDefinition(RUNS, 1, Map.of("cleanup.policy", "compact")),
        new TopicDefinition(
            BATCH_REQUESTS, BATCH_REQUEST_PARTITIONS, retention(Duration.ofHours(6))),
        new TopicDefinition(CHECKPOINTS, 1, DAYS),
        new TopicDefinition(EVALUATIONS, 1, DAYS),
        new TopicDefinition(METRICS, 1, DAYS),
        new TopicDefinition(DEAD_LETTERS, 1, DAYS),
        new TopicDefinition(TRAINERS, 1, retention(Duration.ofHours(6))));
  }

  /**
   * The feature topic of a run and split. It has one partition, and its records stay until the
   * consumer trims or deletes the topic. Small segments let a trim free disk space soon.
   */
  public static TopicDefinition features(RunId run, Split split) {
    return new TopicDefinition(
        featuresName(run, split),
        1,
        Map.of("retention.ms", "-1", "segment.bytes", String.valueOf(64 * 1024 * 1024)));
  }

  /** {@code deepspeech.features.<run>.<split>}. */
  public static String featuresName(RunId run, Split split) {
    return FEATURES + run + "." + split;
  }

  private static Map<String, String> retention(Duration kept) {
    return Map.of("retention.ms", String.valueOf(kept.toMillis()));
  }

  /**
   * The number of partitions of {@link #BATCH_REQUESTS} for a number of data-prep replicas: four
   * for each, a multiple of {@value #BATCH_REQUEST_PARTITIONS}.
   *
   * @param replicas from 1
   */
  public static int batchRequestPartitions(int replicas) {
    int step = BATCH_REQUEST_PARTITIONS;
    return step * ((BATCH_REQUEST_PARTITIONS_PER_REPLICA * replicas + step - 1) / step);
  }
}
