package deepspeech.messages.topic;

import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The names, partition counts and retention of every topic: the one place where they are decided.
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

  /** A checkpoint was published; key: run. */
  public static final String CHECKPOINTS = "deepspeech.checkpoints";

  /** CER and WER of one checkpoint; key: run. */
  public static final String EVALUATIONS = "deepspeech.evaluations";

  /** One metric point a record; key: run. */
  public static final String METRICS = "deepspeech.metrics";

  /** Messages and utterances that could not be used, with the reason; key: run. */
  public static final String DEAD_LETTERS = "deepspeech.dead-letters";

  /** So many data-prep replicas can share the requests. */
  public static final int BATCH_REQUEST_PARTITIONS = 16;

  private static final Map<String, String> DAYS = retention(Duration.ofDays(30));

  private Topics() {}

  /** The topics that exist independently of any run. */
  public static List<TopicDefinition> shared() {
    return List.of(
        // One partition, so that one trainer of a group carries out commands and the others stand
        // by.
        new TopicDefinition(COMMANDS, 1, DAYS),
        new TopicDefinition(RUNS, 1, Map.of("cleanup.policy", "compact")),
        new TopicDefinition(
            BATCH_REQUESTS, BATCH_REQUEST_PARTITIONS, retention(Duration.ofHours(6))),
        new TopicDefinition(CHECKPOINTS, 1, DAYS),
        new TopicDefinition(EVALUATIONS, 1, DAYS),
        new TopicDefinition(METRICS, 1, DAYS),
        new TopicDefinition(DEAD_LETTERS, 1, DAYS));
  }

  /**
   * The feature topic of a run and split: one partition, kept until whoever reads it trims or
   * deletes it. Segments are small so that trimming frees disk soon.
   */
  public static TopicDefinition features(RunId run, Split split) {
    return new TopicDefinition(
        featuresName(run, split),
        1,
        Map.of("retention.ms", "-1", "segment.bytes", String.valueOf(64 * 1024 * 1024)));
  }

  /** {@code deepspeech.features.<run>.<split>}. */
  public static String featuresName(RunId run, Split split) {
    return "deepspeech.features." + run + "." + split;
  }

  private static Map<String, String> retention(Duration kept) {
    return Map.of("retention.ms", String.valueOf(kept.toMillis()));
  }
}
