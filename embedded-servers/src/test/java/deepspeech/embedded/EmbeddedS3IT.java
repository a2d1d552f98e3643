package deepspeech.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class EmbeddedS3IT {

  @TempDir Path directory;

  @Test
  void objectsAreThereAgainAfterARestartOnTheSamePort() throws Exception {
    // Given
    int port;
    try (EmbeddedS3 s3 = EmbeddedS3.start(directory, 0)) {
      port = s3.port();
      s3.createBucket("models");
      MinioClient client = client(s3, s3.secretKey());
      put(client, "runs/a/latest.json", "epoch-0001", Map.of());
    }

    // When
    String content;
    try (EmbeddedS3 s3 = EmbeddedS3.start(directory, port)) {
      s3.createBucket("models");
      MinioClient client = client(s3, s3.secretKey());
      content = get(client, "runs/a/latest.json");
    }

    // Then
    assertThat(content).isEqualTo("epoch-0001");
  }

  @Test
  void aCreateOnlyPutIsRefusedWhereTheObjectExists() throws Exception {
    // Given
    try (EmbeddedS3 s3 = EmbeddedS3.start(directory, 0)) {
      s3.createBucket("models");
      MinioClient client = client(s3, s3.secretKey());
      Map<String, String> createOnly = Map.of("If-None-Match", "*");
      put(client, "checkpoint.json", "first", createOnly);

      // When / Then
      assertThatThrownBy(() -> put(client, "checkpoint.json", "second", createOnly))
          .isInstanceOfSatisfying(
              ErrorResponseException.class,
              e -> assertThat(e.errorResponse().code()).isEqualTo("PreconditionFailed"));
      assertThat(get(client, "checkpoint.json")).isEqualTo("first");
    }
  }

  @Test
  void aPutOnAnEntityTagIsRefusedAfterAnotherWriter() throws Exception {
    // Given
    try (EmbeddedS3 s3 = EmbeddedS3.start(directory, 0)) {
      s3.createBucket("models");
      MinioClient client = client(s3, s3.secretKey());
      String tag = put(client, "latest.json", "first", Map.of()).etag();
      put(client, "latest.json", "second", Map.of("If-Match", tag));

      // When / Then
      assertThatThrownBy(() -> put(client, "latest.json", "third", Map.of("If-Match", tag)))
          .isInstanceOfSatisfying(
              ErrorResponseException.class,
              e -> assertThat(e.errorResponse().code()).isEqualTo("PreconditionFailed"));
      assertThat(get(client, "latest.json")).isEqualTo("second");
    }
  }

  @Test
  void ofManyWritersOnOneEntityTagOneWins() throws Exception {
    // Given
    int writers = 8;
    int rounds = 25;
    ExecutorService executor = Executors.newFixedThreadPool(writers);
    List<Integer> winnersByRound = new ArrayList<>();
    try (EmbeddedS3 s3 = EmbeddedS3.start(directory, 0)) {
      s3.createBucket("models");
      MinioClient client = client(s3, s3.secretKey());

      // When
      for (int round = 0; round < rounds; round++) {
        String key = "pointer-" + round;
        String tag = put(client, key, "first", Map.of()).etag();
        List<Callable<Boolean>> puts = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          String value = "writer-" + writer;
          puts.add(() -> wins(client, key, value, tag));
        }
        int winners = 0;
        for (Future<Boolean> won : executor.invokeAll(puts)) {
          winners += won.get() ? 1 : 0;
        }
        winnersByRound.add(winners);
      }
    } finally {
      executor.shutdownNow();
    }

    // Then
    assertThat(winnersByRound).hasSize(rounds).containsOnly(1);
  }

  @Test
  void aWrongSecretKeyIsRefused() throws Exception {
    // Given
    try (EmbeddedS3 s3 = EmbeddedS3.start(directory, 0)) {
      s3.createBucket("models");
      MinioClient intruder = client(s3, "wrong");

      // When / Then
      assertThatThrownBy(
              () ->
                  intruder.getObject(GetObjectArgs.builder().bucket("models").object("x").build()))
          .isInstanceOfSatisfying(
              ErrorResponseException.class,
              e -> assertThat(e.errorResponse().code()).isEqualTo("SignatureDoesNotMatch"));
    }
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {

      // When / Then
      assertThatThrownBy(() -> EmbeddedS3.start(directory, taken.getLocalPort()))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessage(
              "S3 server: cannot listen on port %d of 127.0.0.1: Address already in use"
                  .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void aDataDirectoryThatCannotBeCreatedIsNamed() throws Exception {
    // Given
    Path file = Files.createFile(directory.resolve("file"));

    // When / Then
    assertThatThrownBy(() -> EmbeddedS3.start(file.resolve("s3"), 0))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageStartingWith(
            "S3 server: data directory %s cannot be created".formatted(file.resolve("s3")))
        .hasMessageNotContaining("\n");
  }

  private static boolean wins(MinioClient client, String key, String value, String tag)
      throws Exception {
    try {
      put(client, key, value, Map.of("If-Match", tag));
      return true;
    } catch (ErrorResponseException e) {
      if (e.errorResponse().code().equals("PreconditionFailed")) {
        return false;
      }
      throw e;
    }
  }

  private static MinioClient client(EmbeddedS3 s3, String secretKey) {
    return MinioClient.builder()
        .endpoint(s3.endpoint().toString())
        .credentials(s3.accessKey(), secretKey)
        .region("us-east-1")
        .build();
  }

  private static ObjectWriteResponse put(
      MinioClient client, String key, String content, Map<String, String> headers)
      throws Exception {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return client.putObject(
        PutObjectArgs.builder().bucket("models").object(key).extraHeaders(headers).stream(
                new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
            .build());
  }

  private static String get(MinioClient client, String key) throws Exception {
    try (InputStream content =
        client.getObject(GetObjectArgs.builder().bucket("models").object(key).build())) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
