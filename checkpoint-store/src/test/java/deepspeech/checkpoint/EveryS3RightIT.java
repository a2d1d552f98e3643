package deepspeech.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.store.S3Right;
import deepspeech.messages.store.S3Right.Action;
import deepspeech.messages.store.S3Right.Place;
import deepspeech.messages.store.S3Rights;
import deepspeech.messages.topic.KafkaRights.Client;
import deepspeech.objectstore.Connections;
import deepspeech.objectstore.ObjectStoreClient;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.Retry;
import deepspeech.testing.server.SecuredStore;
import io.minio.CreateMultipartUploadArgs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each action of {@link S3Rights} in the checkpoint store succeeds for a client that has its
 * rights, and is denied in one line for a client that lacks this one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("integration")
class EveryS3RightIT {
  private static final String BUCKET = "models";
  private static final String PREFIX = "team/asr";
  private static final StoreLayout LAYOUT = StoreLayout.under(PREFIX);
  private static final RunId RUN = new RunId("secured");

  /** Bytes of a file that is uploaded in parts. */
  private static final int LARGE = (16 << 20) + 1;

  private static final CheckpointId EPOCH = CheckpointId.endOfEpoch(1);

  /** The keys with which the store uses each pattern, without the prefix. */
  private static final Map<String, List<String>> KEYS =
      Map.of(
          "runs/*",
          Stream.of(
                  LAYOUT.runDocument(RUN),
                  LAYOUT.lease(RUN),
                  LAYOUT.latest(RUN),
                  LAYOUT.best(RUN),
                  LAYOUT.pin(RUN, EPOCH),
                  LAYOUT.description(RUN, EPOCH),
                  LAYOUT.file(RUN, EPOCH, "model.safetensors"))
              .toList(),
          "runs/*/best.json",
          List.of(LAYOUT.best(RUN)),
          "runs/*/tests/*",
          List.of(LAYOUT.test(RUN, EPOCH.toString())),
          "*",
          List.of(LAYOUT.checkpoints(RUN)));

  @TempDir private static Path directory;
  private SecuredStore server;
  private Path largeFile;

  /** A right of a client. */
  private record Case(Client client, S3Right right) {
    /** The user who has all rights of the client. */
    String complete() {
      return client.name().toLowerCase(Locale.ROOT);
    }

    /** The user who lacks this one. */
    String lacking() {
      return (complete() + "-" + right.action() + "-" + right.keys())
          .toLowerCase(Locale.ROOT)
          .replaceAll("[^a-z]+", "-");
    }

    List<S3Right> others() {
      return rights(client).stream().filter(other -> !other.equals(right)).toList();
    }

    @Override
    public String toString() {
      return "%s %s: %s".formatted(right.action().policyName(), right.keys(), client);
    }
  }

  static Stream<Case> cases() {
    return Stream.of(Client.values())
        .flatMap(client -> rights(client).stream().map(right -> new Case(client, right)));
  }

  /** Policies cannot limit the listing of uploads to a prefix. */
  static Stream<Case> limitedCases() {
    return cases().filter(each -> each.right().action() != Action.LIST_BUCKET_MULTIPART_UPLOADS);
  }

  private static List<S3Right> rights(Client client) {
    return S3Rights.of(client).stream()
        .filter(right -> right.place() == Place.CHECKPOINTS)
        .toList();
  }

  @BeforeAll
  void start() throws IOException {
    server = SecuredStore.start(directory.resolve("s3"), Optional.empty(), BUCKET);
    cases()
        .forEach(
            each -> {
              server.grant(each.lacking(), BUCKET, PREFIX + "/", each.others());
              server.revoke(each.complete());
              server.grant(each.complete(), BUCKET, PREFIX + "/", rights(each.client()));
            });
    largeFile = Files.write(directory.resolve("model.safetensors"), new byte[LARGE]);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anActionIsDeniedInOneLineWithoutItsRightAndSucceedsWithIt(Case each) throws Exception {
    for (String key : KEYS.get(each.right().keys())) {
      // Given
      exists(key);
      UnfinishedUpload upload = unfinishedUpload(key);

      // When
      var lacking = assertThatThrownBy(() -> attempt(each.lacking(), each.right(), key, upload));
      boolean kept = objectExists(key);
      var complete = assertThatCode(() -> attempt(each.complete(), each.right(), key, upload));

      // Then
      lacking
          .isInstanceOf(CheckpointStoreException.class)
          .message()
          .startsWith(
              "S3 endpoint %s denies access key %s the action %s"
                  .formatted(server.endpoint(), each.lacking(), each.right().action().policyName()))
          .contains("s3://%s/%s".formatted(BUCKET, key))
          .endsWith(": grant it")
          .hasLineCount(1);
      assertThat(kept).isTrue();
      complete.doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @MethodSource("limitedCases")
  void aRightEndsWithThePrefixOfTheInstallation(Case each) throws Exception {
    for (String key : KEYS.get(each.right().keys())) {
      // Given
      String elsewhere = key.substring(PREFIX.length() + 1);
      exists(elsewhere);
      UnfinishedUpload upload = unfinishedUpload(elsewhere);

      // When
      var thrown =
          assertThatThrownBy(() -> attempt(each.complete(), each.right(), elsewhere, upload));

      // Then
      thrown.isInstanceOf(CheckpointStoreException.class).hasMessageContaining("grant it");
    }
  }

  @Test
  void anEvaluatorCannotWriteOrDeleteWhatTrainersOwn() throws Exception {
    for (String key :
        List.of(LAYOUT.runDocument(RUN), LAYOUT.lease(RUN), LAYOUT.description(RUN, EPOCH))) {
      // Given
      exists(key);
      try (ObjectStore objects = as("evaluator")) {
        // When
        var written = assertThatThrownBy(() -> objects.put(key, new byte[1], PutCondition.ALWAYS));
        var deleted = assertThatThrownBy(() -> objects.delete(key));

        // Then
        written.hasMessageContaining("s3:PutObject: cannot write s3://" + BUCKET + "/" + key);
        deleted.hasMessageContaining("s3:DeleteObject: cannot delete s3://" + BUCKET + "/" + key);
      }
    }
  }

  @Test
  void aStoreThatConcealsMissingObjectsIsReportedWithTheRightThatChangesIt() {
    // Given
    String user = new Case(Client.TRAINER, right(Action.LIST_BUCKET)).lacking();
    String missing = LAYOUT.runDocument(new RunId("missing"));

    // When
    try (ObjectStore complete = as("trainer");
        ObjectStore lacking = as(user)) {
      var thrown = assertThatThrownBy(() -> lacking.get(missing));

      // Then
      assertThat(complete.get(missing)).isEmpty();
      thrown.hasMessage(
          "S3 endpoint %s denies access key %s the action s3:GetObject, or s3:ListBucket if there is no such object: cannot read s3://%s/%s: grant it"
              .formatted(server.endpoint(), user, BUCKET, missing));
    }
  }

  private static S3Right right(Action action) {
    return rights(Client.TRAINER).stream()
        .filter(right -> right.action() == action)
        .findFirst()
        .orElseThrow();
  }

  private void attempt(String user, S3Right right, String key, UnfinishedUpload upload) {
    try (ObjectStore objects = as(user)) {
      switch (right.action()) {
        case GET_OBJECT -> {
          assertThat(objects.get(key)).isPresent();
          assertThat(objects.download(key, directory.resolve("downloaded"))).isPresent();
        }
        case PUT_OBJECT -> write(objects, key);
        case DELETE_OBJECT -> objects.delete(key);
        case ABORT_MULTIPART_UPLOAD -> objects.abort(upload);
        case LIST_BUCKET -> {
          assertThat(objects.list(key)).contains(key);
          objects.check();
        }
        case LIST_BUCKET_MULTIPART_UPLOADS ->
            assertThat(objects.unfinishedUploads(key)).isNotEmpty();
      }
    }
  }

  private void write(ObjectStore objects, String key) {
    if (key.endsWith("/" + largeFile.getFileName())) {
      assertThat(objects.upload(key, CheckpointSource.of(largeFile)).size()).isEqualTo(LARGE);
      return;
    }
    byte[] content = "new".getBytes(StandardCharsets.UTF_8);
    String version = objects.get(key).orElseThrow().version();
    assertThat(objects.put(key, content, PutCondition.CREATE_ONLY)).isFalse();
    assertThat(objects.put(key, content, PutCondition.replacing(version))).isTrue();
    assertThat(objects.put(key, content, PutCondition.ALWAYS)).isTrue();
  }

  private void exists(String key) {
    try (ObjectStore objects = as(SecuredStore.ADMIN)) {
      assertThat(objects.put(key, new byte[] {'x'}, PutCondition.ALWAYS)).isTrue();
    }
  }

  private boolean objectExists(String key) {
    try (ObjectStore objects = as(SecuredStore.ADMIN)) {
      return objects.get(key).isPresent();
    }
  }

  private UnfinishedUpload unfinishedUpload(String key) throws Exception {
    Connections connections =
        new Connections(Duration.ofSeconds(5), Duration.ofSeconds(5), 1, Duration.ofSeconds(5));
    try (ObjectStoreClient client =
        new ObjectStoreClient(
            server(SecuredStore.ADMIN), connections, Retry.NONE, IllegalStateException.class)) {
      return new UnfinishedUpload(
          key,
          client.send(
              minio ->
                  minio
                      .createMultipartUpload(
                          CreateMultipartUploadArgs.builder().bucket(BUCKET).object(key).build())
                      .join()
                      .result()
                      .uploadId()));
    }
  }

  private ObjectStore as(String user) {
    return new S3ObjectStore(
        new CheckpointStoreConfiguration(server(user), BUCKET, PREFIX), Retry.NONE);
  }

  private ObjectStoreConfiguration server(String user) {
    return new ObjectStoreConfiguration(
        server.endpoint(), user, SecuredStore.secretKey(user), null);
  }
}
