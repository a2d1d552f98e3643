package deepspeech.checkpoint;

import deepspeech.embedded.EmbeddedS3;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.S3Credentials;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The S3 server that the contract is tested against: the embedded one, or any other whose endpoint
 * and keys are in the environment.
 */
final class TestServer implements AutoCloseable {
  private static final String ENDPOINT = "DEEPSPEECH_TEST_S3_ENDPOINT";

  private final Optional<EmbeddedS3> embedded;
  private final CheckpointStoreConfiguration configuration;

  private TestServer(Optional<EmbeddedS3> embedded, CheckpointStoreConfiguration configuration) {
    this.embedded = embedded;
    this.configuration = configuration;
  }

  static TestServer start(Path directory) {
    Map<String, String> environment = System.getenv();
    if (environment.containsKey(ENDPOINT)) {
      return new TestServer(
          Optional.empty(),
          new CheckpointStoreConfiguration(
              new ObjectStoreConfiguration(
                  URI.create(environment.get(ENDPOINT)),
                  environment.get("DEEPSPEECH_TEST_S3_ACCESS_KEY"),
                  environment.get("DEEPSPEECH_TEST_S3_SECRET_KEY"),
                  environment.get("DEEPSPEECH_TEST_S3_REGION")),
              environment.get("DEEPSPEECH_TEST_S3_BUCKET"),
              null));
    }
    EmbeddedS3 s3 = EmbeddedS3.start(directory, 0);
    s3.createBucket("models");
    return new TestServer(
        Optional.of(s3),
        new CheckpointStoreConfiguration(
            new ObjectStoreConfiguration(s3.endpoint(), s3.accessKey(), s3.secretKey(), null),
            "models",
            null));
  }

  /** The server, with a prefix that no other test uses. */
  CheckpointStoreConfiguration configuration() {
    return with(
        configuration.server().endpoint(), configuration.bucket(), keys(configuration).secretKey());
  }

  CheckpointStoreConfiguration with(URI endpoint, String bucket, String secretKey) {
    return new CheckpointStoreConfiguration(
        new ObjectStoreConfiguration(
            endpoint, keys(configuration).accessKey(), secretKey, configuration.server().region()),
        bucket,
        "contract-test/" + UUID.randomUUID());
  }

  /** The key pair of a configuration. */
  static S3Credentials.KeyPair keys(CheckpointStoreConfiguration configuration) {
    return (S3Credentials.KeyPair) configuration.server().credentials();
  }

  @Override
  public void close() {
    embedded.ifPresent(EmbeddedS3::close);
  }
}
