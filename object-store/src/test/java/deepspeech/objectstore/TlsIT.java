package deepspeech.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import deepspeech.embedded.EmbeddedS3;
import deepspeech.testing.server.TestAuthority;
import io.minio.BucketExistsArgs;
import io.minio.MinioAsyncClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class TlsIT {
  private static final Connections CONNECTIONS =
      new Connections(Duration.ofSeconds(5), Duration.ofSeconds(5), 1, Duration.ofMinutes(1));

  @TempDir private static Path folder;

  private static TestAuthority authority;
  private static EmbeddedS3 server;

  @BeforeAll
  static void start() throws Exception {
    authority = TestAuthority.in(folder);
    server =
        EmbeddedS3.start(
            folder.resolve("s3"), 0, "id", "open sesame", Optional.of(authority.serverKey()));
    server.createBucket("speech");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aServerOfAnOwnAuthorityIsTrustedByItsCertificate() throws Exception {
    // Given
    try (ObjectStoreClient client = client(Optional.of(authority.certificate()))) {
      // When
      boolean exists = client.send(TlsIT::bucketExists);

      // Then
      assertThat(exists).isTrue();
    }
  }

  /** Bundles have text between certificates and blank lines at their end. */
  @Test
  void aBundleWithCommentsIsRead() throws Exception {
    // Given
    String certificate = Files.readString(authority.certificate());
    Path bundle =
        Files.writeString(
            folder.resolve("bundle.pem"),
            "# Test authority\n" + certificate + "\n# again\n" + certificate + "\n\n");
    try (ObjectStoreClient client = client(Optional.of(bundle))) {
      // When
      boolean exists = client.send(TlsIT::bucketExists);

      // Then
      assertThat(exists).isTrue();
    }
  }

  @Test
  void aServerOfAnUnknownAuthorityIsRefusedAtOnceWithTheVariableThatHelps() {
    // Given
    try (ObjectStoreClient client = client(Optional.empty())) {
      // When
      S3Failure failure =
          catchThrowableOfType(S3Failure.class, () -> client.send(TlsIT::bucketExists));

      // Then
      assertThat(failure.isPassing()).isFalse();
      assertThat(failure.line("list s3://speech", "speech"))
          .startsWith(
              "S3 endpoint %s has a certificate that is not trusted (DEEPSPEECH_S3_CA_FILE names further ones): cannot list s3://speech: "
                  .formatted(server.endpoint()))
          .hasLineCount(1);
    }
  }

  private static ObjectStoreClient client(Optional<Path> caFile) {
    return new ObjectStoreClient(
        new ObjectStoreConfiguration(
            server.endpoint(),
            new S3Credentials.KeyPair(server.accessKey(), server.secretKey()),
            null,
            caFile),
        CONNECTIONS,
        Retry.DEFAULT,
        IllegalCallerException.class);
  }

  private static boolean bucketExists(MinioAsyncClient minio) throws Exception {
    return minio.bucketExists(BucketExistsArgs.builder().bucket("speech").build()).join();
  }
}
