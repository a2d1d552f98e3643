package deepspeech.cli.stack;

import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.net.URI;

/** The object store of a stack, and the bucket of its checkpoints. */
public record StackStore(
    String s3Endpoint, String s3AccessKey, String s3SecretKey, String s3Bucket) {
  /** The configuration of the checkpoint store. */
  public CheckpointStoreConfiguration configuration() {
    return new CheckpointStoreConfiguration(
        new ObjectStoreConfiguration(URI.create(s3Endpoint), s3AccessKey, s3SecretKey, null),
        s3Bucket,
        null);
  }
}
