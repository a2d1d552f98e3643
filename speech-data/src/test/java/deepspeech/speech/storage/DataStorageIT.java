package deepspeech.speech.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.Retry;
import deepspeech.speech.DataFileException;
import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.encoding.BatchFunction;
import deepspeech.speech.encoding.SharedFeatures;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayOutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data set of the tests lies in the store, copied there from a folder. */
@Tag("integration")
class DataStorageIT {
  private static final RunId RUN = new RunId("run-1");

  @TempDir private static Path folder;
  private static EmbeddedS3 server;
  private static MinioClient client;
  private static Corpus corpus;
  private static DatasetRoot root;
  private static ExecutorService decoder;

  @BeforeAll
  static void start() throws Exception {
    decoder = Executors.newFixedThreadPool(2);
    server = EmbeddedS3.start(folder.resolve("s3"), 0);
    server.createBucket("speech");
    client =
        MinioClient.builder()
            .endpoint(server.endpoint().toString())
            .credentials(server.accessKey(), server.secretKey())
            .build();
    root = new DatasetRoot(Files.createDirectories(folder.resolve("root")));
    corpus = Corpus.in(Files.createDirectories(folder.resolve("data"))).utterances(7);
    corpus.line("{\"audio_filepath\": \"wav/gone.wav\", \"duration\": 0.5, \"text\": \"a\"}");
    corpus.line(
        "{\"audio_filepath\": \"s3://speech/set/wav/absolute.wav\", \"duration\": 0.78, \"text\": \"a\"}");
    corpus.line(
        "{\"audio_filepath\": \"shard.tar#good-1.wav\", \"duration\": 0.67, \"text\": \"a\"}");
    corpus.line("{\"audio_filepath\": \"shard.tar#no.wav\", \"duration\": 0.67, \"text\": \"a\"}");
    corpus.line("{\"audio_filepath\": \"../../out.wav\", \"duration\": 0.67, \"text\": \"a\"}");
    upload(corpus.root());
    byte[] wav = Files.readAllBytes(corpus.root().resolve("set/wav/good-1.wav"));
    put("set/wav/absolute.wav", Files.readAllBytes(corpus.root().resolve("set/wav/good-4.wav")));
    ByteArrayOutputStream shard = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(shard)) {
      TarArchiveEntry entry = new TarArchiveEntry("good-1.wav");
      entry.setSize(wav.length);
      tar.putArchiveEntry(entry);
      tar.write(wav);
      tar.closeArchiveEntry();
    }
    put("set/shard.tar", shard.toByteArray());
  }

  @AfterAll
  static void end() throws Exception {
    decoder.shutdownNow();
    client.close();
    server.close();
  }

  @Test
  void aDataSetInTheStoreGivesTheFeaturesOfTheSameOneInAFolder() throws Exception {
    // Given
    Corpus same = Corpus.in(Files.createDirectories(folder.resolve("same"))).utterances(7);
    DatasetRoot sameRoot = new DatasetRoot(same.root());
    BatchFunction local = new BatchFunction(sameRoot, decoder);
    DataSet inFolder =
        new DataSets(sameRoot).open(Split.TRAIN, same.specification(20, "batch_shuffle"));
    try (DataStorage storage = storage("cache-a")) {
      BatchFunction remote = new BatchFunction(storage, decoder, SharedFeatures.none());
      // When
      DataSet inStore = new DataSets(storage).open(Split.TRAIN, specification());
      FeatureBatch made = remote.batch(inStore, RUN, 1, 0);
      FeatureBatch expected = local.batch(inFolder, RUN, 1, 0);
      // Then
      assertThat(inStore.skipped())
          .extracting(SkippedUtterance::path, SkippedUtterance::reason)
          .containsExactly(tuple("../../out.wav", SkipReason.OUTSIDE_ROOT));
      assertThat(made.skipped())
          .extracting(SkippedUtterance::path, SkippedUtterance::reason, SkippedUtterance::detail)
          .containsExactlyInAnyOrder(
              tuple(
                  "wav/gone.wav",
                  SkipReason.MISSING_AUDIO,
                  "wav/gone.wav: the object does not exist"),
              tuple(
                  "shard.tar#no.wav",
                  SkipReason.MISSING_AUDIO,
                  "shard.tar#no.wav: the shard s3://speech/set/shard.tar has no entry no.wav"));
      for (long line = 1; line <= 7; line++) {
        assertThat(features(made, line)).isEqualTo(features(expected, line)).isNotEmpty();
      }
      assertThat(features(made, 9)).isEqualTo(features(expected, 5));
      assertThat(features(made, 10)).isEqualTo(features(expected, 2));
    }
  }

  @Test
  void aChangedManifestIsADifferentDataSet() throws Exception {
    // Given
    put("changing/manifest", "{\"audio_filepath\": \"a.wav\", \"duration\": 1, \"text\": \"a\"}\n");
    try (DataStorage one = storage("cache-b");
        DataStorage other = storage("cache-b2")) {
      DataSpecification specification = specification("s3://speech/changing/manifest");
      String before = new DataSets(one).open(Split.TRAIN, specification).fingerprint();
      // When
      put("changing/manifest", "{\"audio_filepath\": \"b.wav\", \"duration\": 1, \"text\": \"a\"}");
      String after = new DataSets(other).open(Split.TRAIN, specification).fingerprint();
      // Then
      assertThat(after).isNotEqualTo(before);
    }
  }

  @Test
  void audioThatChangedSinceItWasCachedIsReadAgain() throws Exception {
    // Given
    put("changing/a", new byte[] {1, 2, 3});
    Location object = new Location.StoredObject("speech", "changing/a");
    try (DataStorage storage = storage("cache-c")) {
      assertThat(storage.read(object, 100)).containsExactly(1, 2, 3);
      // When
      put("changing/a", new byte[] {3, 2, 1});
      // Then
      assertThat(storage.read(object, 100)).containsExactly(3, 2, 1);
      client.removeObject(RemoveObjectArgs.builder().bucket("speech").object("changing/a").build());
      assertThatThrownBy(() -> storage.read(object, 100))
          .isInstanceOf(UnreadableFileException.class)
          .hasMessage("the object does not exist");
    }
  }

  @Test
  void aStoreThatIsAwayIsReportedInOneLineAndIsNoFaultOfTheAudio() throws Exception {
    // Given
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    ObjectStoreConfiguration away =
        new ObjectStoreConfiguration(
            URI.create("http://127.0.0.1:" + free), "key", "secret", "us-east-1");
    try (S3Source source = new S3Source(away, new Retry(3, Duration.ofMillis(1)))) {
      // When
      // Then
      assertThatThrownBy(() -> source.version(new Location.StoredObject("speech", "a")))
          .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.isPassing()).isTrue())
          .hasMessageStartingWith("S3 endpoint http://127.0.0.1:" + free + " is not reachable")
          .hasMessageEndingWith("(tried 3 times)")
          .message()
          .hasLineCount(1);
    }
  }

  @Test
  void aRefusedKeyIsReportedAtOnceWithoutItsSecret() throws Exception {
    // Given
    ObjectStoreConfiguration wrong =
        new ObjectStoreConfiguration(server.endpoint(), "someone", "guessed", "us-east-1");
    try (S3Source source = new S3Source(wrong, Retry.DEFAULT)) {
      Path target = folder.resolve("refused");
      // When
      // Then
      assertThatThrownBy(
              () ->
                  source.download(
                      new Location.StoredObject("speech", "set/vocab.txt"), target, 1000))
          .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.isPassing()).isFalse())
          .hasMessageContaining("refuses access key someone")
          .message()
          .doesNotContain("guessed")
          .hasLineCount(1);
    }
  }

  @Test
  void withoutAStoreAnObjectIsRefusedInALineThatNamesTheVariable() throws Exception {
    // Given
    DataSets withoutStore = new DataSets(new DatasetRoot(corpus.root()));
    // When
    // Then
    assertThatThrownBy(() -> withoutStore.open(Split.TRAIN, specification()))
        .isInstanceOf(DataFileException.class)
        .hasMessage(
            "manifest: s3://speech/set/manifest.train: no object store is configured: DEEPSPEECH_S3_ENDPOINT is not set");
    assertThatThrownBy(
            () -> withoutStore.open(Split.TRAIN, corpus.specification(20, "batch_shuffle")))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "s3://speech/set/wav/absolute.wav: no object store is configured: DEEPSPEECH_S3_ENDPOINT is not set");
  }

  @Test
  void withoutADatasetRootDataSetsAreReadFromTheStoreOnly() throws Exception {
    // Given
    try (DataStorage storage = storage(DatasetRoot.none(), "cache-e")) {
      DataSets dataSets = new DataSets(storage);
      BatchFunction remote = new BatchFunction(storage, decoder, SharedFeatures.none());
      // When
      DataSet inStore = dataSets.open(Split.TRAIN, specification());
      FeatureBatch made = remote.batch(inStore, RUN, 1, 0);
      // Then
      assertThat(features(made, 1)).isNotEmpty();
      String local = corpus.root().resolve(Corpus.MANIFEST).toString();
      assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification(local)))
          .isInstanceOf(DataFileException.class)
          .hasMessage(
              "manifest: %s: is not in a store, and no dataset root is configured; allowed: s3://bucket/key, or a file if DEEPSPEECH_DATASET_ROOT is set",
              local);
    }
  }

  @Test
  void filesOfADataSetThatAreNotThereAreNamed() throws Exception {
    // Given
    try (DataStorage storage = storage("cache-d")) {
      DataSets dataSets = new DataSets(storage);
      // When
      // Then
      assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification("s3://speech/no/manifest")))
          .isInstanceOf(DataFileException.class)
          .hasMessage("manifest: s3://speech/no/manifest: does not exist");
      assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification("s3://speech")))
          .isInstanceOf(DataFileException.class)
          .hasMessage("manifest: s3://speech: is not of the form s3://bucket/key");
    }
  }

  private static DataStorage storage(String cache) {
    return storage(root, cache);
  }

  private static DataStorage storage(DatasetRoot files, String cache) {
    return DataStorage.of(
        files,
        new ObjectStoreConfiguration(
            server.endpoint(), server.accessKey(), server.secretKey(), "us-east-1"),
        new CacheConfiguration(folder.resolve(cache), 10_000_000));
  }

  private static DataSpecification specification() {
    return specification("s3://speech/" + Corpus.MANIFEST);
  }

  private static DataSpecification specification(String manifest) {
    return new DataSpecification(
        new DataFiles(
            manifest,
            "s3://speech/" + Corpus.VOCABULARY,
            "s3://speech/" + Corpus.MEAN_STD,
            "s3://speech/no/augmentation.json"),
        new DurationLimits(0.1, 20),
        new Batching(20, "batch_shuffle"),
        TextRules.DEFAULT,
        7);
  }

  private static short[] features(FeatureBatch batch, long line) {
    int from = 0;
    for (int i = 0; i < batch.size(); i++) {
      int length = batch.frames()[i] * 161;
      if (batch.utterances()[i] == line) {
        return Arrays.copyOfRange(batch.features(), from, from + length);
      }
      from += length;
    }
    throw new AssertionError("no utterance of line " + line);
  }

  private static void upload(Path root) throws Exception {
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      for (Path file : all) {
        put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
  }

  private static void put(String key, String content) throws Exception {
    put(key, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void put(String key, byte[] content) throws Exception {
    client.putObject(
        PutObjectArgs.builder().bucket("speech").object(key).data(content, content.length).build());
  }
}
