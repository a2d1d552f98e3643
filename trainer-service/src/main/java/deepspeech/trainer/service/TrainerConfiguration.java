package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * The configuration of the service, from environment variables.
 *
 * @param batchesAhead feature batches to request ahead of training, from 1; empty to follow the
 *     speed of training
 * @param workDirectory the directory for the files of checkpoints before the upload
 * @param trainerId the name of this trainer among those of an installation; a trainer that starts
 *     under the same name replaces the previous one at once
 * @param patience how long the broker, the store or the disk may fail before a run fails
 * @param shutdownGrace how long a checkpoint may take after the service receives a shutdown signal
 * @param lifePort port that tells other trainers that this one lives; 0 for any
 * @param pendingBytes upper limit in bytes for the checkpoints of a run that are retained until
 *     they are tested
 */
public record TrainerConfiguration(
    BrokerConfiguration broker,
    CheckpointStoreConfiguration store,
    OptionalInt batchesAhead,
    Path workDirectory,
    String trainerId,
    Duration patience,
    Duration shutdownGrace,
    int lifePort,
    long pendingBytes) {
  /** The names that Kafka allows for a member of a group. */
  static final String WORK_DIRECTORY = "DEEPSPEECH_WORK_DIR";

  private static final String TRAINER_ID = "[a-zA-Z0-9._-]{1,249}";

  private static final long GIGABYTE = 1_000_000_000;

  public TrainerConfiguration {
    InvalidMessageException.require(
        trainerId.matches(TRAINER_ID),
        "DEEPSPEECH_TRAINER_INSTANCE_ID",
        trainerId,
        "1 to 249 letters, digits, dots, underscores and hyphens");
  }

  /**
   * Reads the environment variables.
   *
   * @throws InvalidMessageException naming the variable, the value and what is allowed
   */
  public static TrainerConfiguration of(EnvironmentVariables environment) {
    return new TrainerConfiguration(
        BrokerConfiguration.of(environment),
        CheckpointStoreConfiguration.of(environment),
        environment.number("DEEPSPEECH_BATCHES_AHEAD", 1, 1000),
        Path.of(
            environment.text(
                WORK_DIRECTORY, System.getProperty("java.io.tmpdir") + "/deepspeech-trainer")),
        environment.text("DEEPSPEECH_TRAINER_INSTANCE_ID", hostName()),
        Duration.ofSeconds(environment.number("DEEPSPEECH_PATIENCE_SECONDS", 3600, 60, 1_000_000)),
        Duration.ofSeconds(environment.number("DEEPSPEECH_SHUTDOWN_SECONDS", 25, 1, 3600)),
        environment.number("DEEPSPEECH_TRAINER_PORT", 0, 0, 65_535),
        environment.number("DEEPSPEECH_PENDING_GIGABYTES", 10, 1, 1_000_000) * GIGABYTE);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "trainer";
    }
  }
}
