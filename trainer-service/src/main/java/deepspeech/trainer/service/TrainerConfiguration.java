package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.nio.file.Path;

/**
 * What the service is told by its environment.
 *
 * @param batchesAhead feature batches requested ahead of training, from 1
 * @param workDirectory for the files of checkpoints on their way
 */
public record TrainerConfiguration(
    BrokerConfiguration broker,
    CheckpointStoreConfiguration store,
    int batchesAhead,
    Path workDirectory) {
  /**
   * Reads the environment variables.
   *
   * @throws InvalidMessageException naming the variable, the value and what is allowed
   */
  public static TrainerConfiguration of(EnvironmentVariables environment) {
    return new TrainerConfiguration(
        BrokerConfiguration.of(environment),
        CheckpointStoreConfiguration.of(environment),
        environment.number("DEEPSPEECH_BATCHES_AHEAD", 8, 1, 1000),
        Path.of(
            environment.text(
                "DEEPSPEECH_WORK_DIR",
                System.getProperty("java.io.tmpdir") + "/deepspeech-trainer")));
  }
}
