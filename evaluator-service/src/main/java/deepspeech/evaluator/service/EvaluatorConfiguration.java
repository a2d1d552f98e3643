package deepspeech.evaluator.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.evaluator.recognition.ComputeDevice;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Configuration of the service from environment variables.
 *
 * @param batchesAhead number of feature batches requested ahead, 1 to 1000
 * @param device computes the models
 * @param samples number of transcripts in an evaluation, 0 to 1000
 * @param workDirectory directory for the model under test
 */
public record EvaluatorConfiguration(
    BrokerConfiguration broker,
    CheckpointStoreConfiguration store,
    int batchesAhead,
    ComputeDevice device,
    int samples,
    Path workDirectory) {
  /** The number of a GPU, or {@link ComputeDevice#NO_GPU}. */
  static final String GPU = "DEEPSPEECH_EVALUATOR_GPU";

  static final String WORK_DIRECTORY = "DEEPSPEECH_WORK_DIR";

  /**
   * Reads the environment variables.
   *
   * @throws InvalidMessageException that names the variable, the value and what is allowed
   */
  public static EvaluatorConfiguration of(EnvironmentVariables environment) {
    // Half of the processors are left to a training on the same machine.
    int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return new EvaluatorConfiguration(
        BrokerConfiguration.of(environment),
        CheckpointStoreConfiguration.of(environment),
        environment.number("DEEPSPEECH_BATCHES_AHEAD", 4, 1, 1000),
        new ComputeDevice(
            environment.number("DEEPSPEECH_EVALUATOR_THREADS", half, 1, 256),
            environment.number(GPU, -1, -1, 255)),
        environment.number("DEEPSPEECH_SAMPLE_TRANSCRIPTS", 10, 0, 1000),
        path(
            environment.text(
                WORK_DIRECTORY, System.getProperty("java.io.tmpdir") + "/deepspeech-evaluator")));
  }

  private static Path path(String text) {
    try {
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(WORK_DIRECTORY, text, "the path of a folder").getMessage(),
          e);
    }
  }
}
