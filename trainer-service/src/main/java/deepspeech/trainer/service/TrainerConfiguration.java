package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.messages.InvalidMessageException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

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
  private static final String BATCHES_AHEAD = "DEEPSPEECH_BATCHES_AHEAD";
  private static final String S3_ENDPOINT = "DEEPSPEECH_S3_ENDPOINT";

  public TrainerConfiguration {
    InvalidMessageException.require(
        batchesAhead >= 1 && batchesAhead <= 1000, BATCHES_AHEAD, batchesAhead, "1 to 1000");
  }

  /**
   * Reads the environment variables.
   *
   * @throws InvalidMessageException naming the variable, the value and what is allowed
   */
  public static TrainerConfiguration of(Map<String, String> environment) {
    return new TrainerConfiguration(
        BrokerConfiguration.of(
            environment.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")),
        new CheckpointStoreConfiguration(
            uri(required(environment, S3_ENDPOINT, "http://host:port")),
            environment.getOrDefault("DEEPSPEECH_S3_BUCKET", "deepspeech"),
            environment.get("DEEPSPEECH_S3_PREFIX"),
            required(environment, "DEEPSPEECH_S3_ACCESS_KEY", "the access key of the store"),
            required(environment, "DEEPSPEECH_S3_SECRET_KEY", "the secret key of the store"),
            environment.get("DEEPSPEECH_S3_REGION")),
        number(environment.getOrDefault(BATCHES_AHEAD, "8")),
        Path.of(
            environment.getOrDefault(
                "DEEPSPEECH_WORK_DIR",
                System.getProperty("java.io.tmpdir") + "/deepspeech-trainer")));
  }

  private static String required(Map<String, String> environment, String name, String allowed) {
    String value = environment.get(name);
    InvalidMessageException.require(value != null && !value.isBlank(), name, value, allowed);
    return value;
  }

  private static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(S3_ENDPOINT, text, "http://host:port").getMessage(), e);
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(BATCHES_AHEAD, text, "1 to 1000").getMessage(), e);
    }
  }
}
