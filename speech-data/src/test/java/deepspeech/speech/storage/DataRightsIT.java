package deepspeech.speech.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.store.S3Right;
import deepspeech.messages.store.S3Right.Action;
import deepspeech.messages.store.S3Right.Place;
import deepspeech.messages.store.S3Rights;
import deepspeech.messages.topic.KafkaRights.Client;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.Retry;
import deepspeech.speech.storage.Location.StoredObject;
import deepspeech.testing.server.SecuredStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What reads data sets in the store works with the rights in {@link S3Rights}, and needs each. */
@Tag("integration")
class DataRightsIT {
  private static final String BUCKET = "speech";
  private static final StoredObject PRESENT = new StoredObject(BUCKET, "set/a.wav");
  private static final StoredObject MISSING = new StoredObject(BUCKET, "set/gone.wav");

  @TempDir private static Path folder;
  private static SecuredStore server;

  @BeforeAll
  static void start() {
    server = SecuredStore.start(folder.resolve("s3"), Optional.empty(), BUCKET);
    server.put(BUCKET, PRESENT.key(), new byte[] {1, 2, 3});
    for (Action lacking : Action.values()) {
      server.grant(
          lacking.name(),
          BUCKET,
          "",
          rights(Client.DATA_PREP).stream().filter(right -> right.action() != lacking).toList());
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Client.class,
      names = {"DATA_PREP", "COMMAND_LINE"})
  void whatReadsDataReadsThemAndFindsOutWhatIsMissing(Client client) throws Exception {
    // Given
    server.grant(client.name(), BUCKET, "", rights(client));
    try (S3Source source = source(client.name())) {
      // When
      ObjectVersion version = source.version(PRESENT);
      ObjectVersion downloaded = source.download(PRESENT, folder.resolve("present"), 10);

      // Then
      assertThat(version).isEqualTo(downloaded);
      assertThatThrownBy(() -> source.version(MISSING)).isInstanceOf(UnreadableFileException.class);
      assertThatThrownBy(() -> source.download(MISSING, folder.resolve("missing"), 10))
          .isInstanceOf(UnreadableFileException.class);
    }
  }

  @Test
  void aDeniedObjectIsNamedWithTheRight() {
    try (S3Source source = source(Action.GET_OBJECT.name())) {
      // When
      var version = assertThatThrownBy(() -> source.version(PRESENT));
      var content =
          assertThatThrownBy(() -> source.download(PRESENT, folder.resolve("denied"), 10));

      // Then
      version.hasMessage(denied(Action.GET_OBJECT, PRESENT));
      content
          .hasMessage(denied(Action.GET_OBJECT, PRESENT))
          .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.isPassing()).isFalse());
    }
  }

  @Test
  void aMissingObjectThatTheServerConcealsIsNoMissingOne() {
    try (S3Source source = source(Action.LIST_BUCKET.name())) {
      // When
      var thrown = assertThatThrownBy(() -> source.version(MISSING));

      // Then
      thrown.isInstanceOf(StorageException.class).hasMessage(denied(Action.LIST_BUCKET, MISSING));
    }
  }

  @Test
  void theHealthCheckNeedsNoRight() throws Exception {
    // Given
    server.grant("nobody", BUCKET, "", List.of());

    // When
    try (StorageProbe probe =
        new StorageProbe(Optional.empty(), Optional.of(configuration("nobody")))) {
      probe.check();
    }

    // Then
    assertThat(server.denied()).contains("nobody: s3:ListAllMyBuckets on *");
  }

  private static String denied(Action lacking, StoredObject object) {
    return "S3 endpoint %s denies access key %s the action s3:GetObject, or s3:ListBucket if there is no such object: cannot read %s: grant it"
        .formatted(server.endpoint(), lacking.name(), object);
  }

  private static List<S3Right> rights(Client client) {
    return S3Rights.of(client).stream().filter(right -> right.place() == Place.DATA).toList();
  }

  private static S3Source source(String user) {
    return new S3Source(configuration(user), Retry.NONE);
  }

  private static ObjectStoreConfiguration configuration(String user) {
    return new ObjectStoreConfiguration(
        server.endpoint(), user, SecuredStore.secretKey(user), null);
  }
}
