package deepspeech.testing.server;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.embedded.EmbeddedS3;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class TestStoreIT {
  @TempDir private Path folder;

  @Test
  void aStoreHasItsBucketsAndSaysHowAProgramFindsIt() {
    // When
    try (EmbeddedS3 store = TestStore.start(folder, "one", "two")) {
      // Then
      assertThat(folder.resolve("buckets/one")).isDirectory();
      assertThat(folder.resolve("buckets/two")).isDirectory();
      assertThat(TestStore.variables(store))
          .containsEntry("DEEPSPEECH_S3_ENDPOINT", "http://127.0.0.1:" + store.port())
          .containsEntry("DEEPSPEECH_S3_ACCESS_KEY", store.accessKey())
          .containsEntry("DEEPSPEECH_S3_SECRET_KEY", store.secretKey())
          .hasSize(3);
    }
  }
}
