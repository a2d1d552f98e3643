package deepspeech.testing.server;

import deepspeech.embedded.EmbeddedS3;
import java.nio.file.Path;
import java.util.Map;

/** An embedded S3 server that has buckets. */
public final class TestStore {
  private TestStore() {}

  /**
   * Starts a server on a free port and creates buckets.
   *
   * @param folder of its data, which a server that is started again finds there
   */
  public static EmbeddedS3 start(Path folder, String... buckets) {
    EmbeddedS3 store = EmbeddedS3.start(folder, 0);
    for (String bucket : buckets) {
      store.createBucket(bucket);
    }
    return store;
  }

  /** The variables that lead a program to a server: its endpoint and the two keys. */
  public static Map<String, String> variables(EmbeddedS3 store) {
    return Map.of(
        "DEEPSPEECH_S3_ENDPOINT", store.endpoint().toString(),
        "DEEPSPEECH_S3_ACCESS_KEY", store.accessKey(),
        "DEEPSPEECH_S3_SECRET_KEY", store.secretKey());
  }
}
