package deepspeech.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.objectstore.Retry;
import io.minio.CreateMultipartUploadArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.RemoveBucketArgs;
import io.minio.UploadPartArgs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the checkpoint store promises, against the embedded S3 server or, with {@code
 * DEEPSPEECH_TEST_S3_ENDPOINT}, {@code _BUCKET}, {@code _ACCESS_KEY}, {@code _SECRET_KEY} and
 * {@code _REGION} in the environment, against any other.
 */
@Tag("integration")
class CheckpointStoreContractIT {
  private static final RunId RUN = new RunId("zh-1");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Retry QUICK = new Retry(4, Duration.ofMillis(10));

  /** SHA-256 of "abc", from FIPS 180-2, appendix B.1. */
  private static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir static Path serverDirectory;
  private static TestServer server;

  @TempDir Path directory;
  private CheckpointStoreConfiguration configuration;
  private ObjectStore objects;
  private CheckpointStore store;

  @BeforeAll
  static void startServer() {
    server = TestServer.start(serverDirectory);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void openStore() {
    configuration = server.configuration();
    objects = new S3ObjectStore(configuration, QUICK);
    store = store(objects, "trainer-1");
  }

  @AfterEach
  void closeStore() {
    for (String key : objects.list(configuration.prefix())) {
      objects.delete(key);
    }
    store.close();
  }

  @Test
  void whatIsCommittedIsListedDescribedAndFetchedAgain() throws Exception {
    // Given
    CheckpointId id = CheckpointId.parse("epoch-0024-batch-002000");

    // When
    StoredCheckpoint committed =
        store.commit(
            RUN,
            id,
            List.of(bytes("vocabulary.txt", "abc"), bytes("empty.bin", "")),
            Map.of("step", "48000"));
    LocalCheckpoint local = store.open(RUN, id, directory);

    // Then
    assertThat(committed.uri())
        .isEqualTo(
            "s3://%s/%s/runs/zh-1/checkpoints/epoch-0024-batch-002000/"
                .formatted(configuration.bucket(), configuration.prefix()));
    assertThat(committed.files())
        .first()
        .isEqualTo(new CheckpointFile("vocabulary.txt", 3, SHA256_OF_ABC));
    assertThat(committed.metadata()).containsExactly(Map.entry("step", "48000"));
    assertThat(committed.committedAt()).isEqualTo(NOW);
    assertThat(committed.size()).isEqualTo(3);
    assertThat(store.describe(RUN, id)).isEqualTo(committed);
    assertThat(store.list(RUN)).containsExactly(id);
    assertThat(local.stored()).isEqualTo(committed);
    assertThat(local.file("vocabulary.txt")).hasContent("abc");
    assertThat(local.file("empty.bin")).isEmptyFile();
  }

  @Test
  void changesOfASharedDocumentByManyProcessesAreAllKept() throws Exception {
    // Given
    int writers = 8;
    ExecutorService processes = Executors.newFixedThreadPool(writers);
    SharedDocument<List<Integer>> document = numbers("shared");

    // When
    List<Future<?>> changes = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      int number = i;
      changes.add(
          processes.submit(
              () ->
                  document.update(
                      present -> Optional.of(with(present.orElse(List.of()), number)))));
    }
    for (Future<?> change : changes) {
      change.get();
    }
    processes.shutdown();

    // Then
    assertThat(document.read().orElseThrow()).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);

    // When
    store.tests().delete(RUN);

    // Then
    assertThat(document.read()).isEmpty();
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private SharedDocument<List<Integer>> numbers(String name) {
    return (SharedDocument) store.tests().of(RUN, name, List.class);
  }

  private static List<Integer> with(List<Integer> numbers, int added) {
    List<Integer> more = new ArrayList<>(numbers);
    more.add(added);
    return more;
  }

  @Test
  void eachLeaseOnARunHasAHigherTermThanTheOneBeforeAndIsValid() {
    // When
    LeaseRecord first = acquire("trainer-a").orElseThrow();
    LeaseRecord second = acquire("trainer-b").orElseThrow();

    // Then
    assertThat(first).isEqualTo(lease("trainer-a", 1, 0, null));
    assertThat(second).isEqualTo(lease("trainer-b", 2, 0, null));
    assertThat(store.leases().observe(RUN).lease()).contains(second);
    assertThat(store.leases().observe(new RunId("other")).isFree()).isTrue();
  }

  @Test
  void aLeaseIsRenewedUntilItIsReleasedAndIsFreeThen() {
    // Given
    LeaseRecord acquired = acquire("trainer-a").orElseThrow();
    assertThat(store.leases().observe(RUN).isFree()).isFalse();

    // When
    LeaseRecord renewed = store.leases().renew(store.leases().renew(acquired));

    // Then
    assertThat(renewed).isEqualTo(lease("trainer-a", 1, 2, null));
    assertThat(store.leases().observe(RUN).lease()).contains(renewed);

    // When
    store.leases().release(renewed);

    // Then
    assertThat(store.leases().observe(RUN).isFree()).isTrue();
    assertThat(store.leases().observe(RUN).lease()).contains(lease("trainer-a", 1, 2, NOW));
    assertThat(acquire("trainer-b").orElseThrow().term()).isEqualTo(2);
  }

  @Test
  void aTrainerThatHasLostALeaseNeitherRenewsNorReleasesIt() {
    // Given
    LeaseRecord lost = acquire("trainer-a").orElseThrow();
    LeaseRecord valid = acquire("trainer-b").orElseThrow();

    // When
    LeaseRecord current = store.leases().renew(lost);
    store.leases().release(lost);

    // Then
    assertThat(current).isEqualTo(valid);
    assertThat(store.leases().observe(RUN).lease()).contains(valid);
  }

  @Test
  void aLeaseThatHasChangedSinceItWasObservedIsNotReplaced() {
    // Given
    LeaseRecord lease = acquire("trainer-a").orElseThrow();
    ObservedLease observed = store.leases().observe(RUN);
    LeaseRecord renewed = store.leases().renew(lease);

    // When
    Optional<LeaseRecord> second =
        store.leases().acquire(RUN, new LeaseHolder("trainer-b", null), observed);

    // Then
    assertThat(second).isEmpty();
    assertThat(store.leases().observe(RUN).lease()).contains(renewed);
  }

  @Test
  void aLeaseOfAVersionWithoutRenewalsIsHeldAndCanBeReplaced() {
    // Given
    objects.put(
        StoreLayout.under(configuration.prefix()).lease(RUN),
        """
        {"run":"%s","trainer":"trainer-a","term":7,"claimed_at":"2026-01-01T00:00:00Z"}"""
            .formatted(RUN)
            .getBytes(UTF_8),
        PutCondition.ALWAYS);

    // When
    ObservedLease observed = store.leases().observe(RUN);

    // Then
    assertThat(observed.isFree()).isFalse();
    assertThat(observed.lease().orElseThrow().renewals()).isNull();
    assertThat(acquire("trainer-b").orElseThrow().term()).isEqualTo(8);
  }

  @Test
  void oneOfSeveralTrainersThatAcquireALeaseAtTheSameTimeGetsIt() throws Exception {
    // Given
    int trainers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(trainers);
    ObservedLease observed = store.leases().observe(RUN);
    List<Callable<Optional<LeaseRecord>>> requests = new ArrayList<>();
    for (int i = 0; i < trainers; i++) {
      LeaseHolder trainer = new LeaseHolder("trainer-" + i, null);
      requests.add(() -> store.leases().acquire(RUN, trainer, observed));
    }

    // When
    List<LeaseRecord> acquired = new ArrayList<>();
    for (Future<Optional<LeaseRecord>> lease : threads.invokeAll(requests)) {
      lease.get().ifPresent(acquired::add);
    }
    threads.shutdown();

    // Then
    assertThat(acquired).hasSize(1);
    assertThat(store.leases().observe(RUN).lease()).contains(acquired.get(0));
  }

  /** Acquires the lease as it is at the moment. */
  private Optional<LeaseRecord> acquire(String trainer) {
    return store
        .leases()
        .acquire(RUN, new LeaseHolder(trainer, "10.0.0.7:8081"), store.leases().observe(RUN));
  }

  private static LeaseRecord lease(String trainer, long term, long renewals, Instant released) {
    return new LeaseRecord(RUN, trainer, term, NOW, "10.0.0.7:8081", renewals, released);
  }

  @Test
  void aFileOfManyPartsComesBackAsItWas() throws Exception {
    // Given
    Path file = randomFile("model.safetensors", (40 << 20) + 12_345);
    CheckpointId id = CheckpointId.endOfEpoch(1);

    // When
    StoredCheckpoint committed =
        store.commit(RUN, id, List.of(CheckpointSource.of(file)), Map.of());
    LocalCheckpoint local = store.open(RUN, id, directory.resolve("copy"));

    // Then
    assertThat(committed.size()).isEqualTo(Files.size(file));
    assertThat(Files.mismatch(local.file("model.safetensors"), file)).isEqualTo(-1);
  }

  @Test
  void someFilesCanBeFetchedAlone() {
    // Given
    CheckpointId id = CheckpointId.endOfEpoch(1);
    store.commit(
        RUN, id, List.of(bytes("model.onnx", "onnx"), bytes("optimizer", "big")), Map.of());

    // When
    LocalCheckpoint local = store.open(RUN, id, directory, Set.of("model.onnx"));

    // Then
    assertThat(local.file("model.onnx")).hasContent("onnx");
    assertThat(local.file("optimizer")).doesNotExist();
    assertThatThrownBy(() -> store.open(RUN, id, directory, Set.of("model.pt")))
        .isInstanceOf(CheckpointNotFoundException.class)
        .hasMessage("checkpoint epoch-0001 of run zh-1 has no file model.pt");
  }

  @Test
  void checkpointsAreListedInTheOrderOfTheirPositions() {
    // Given
    for (String id : List.of("epoch-0002", "epoch-0010", "epoch-0002-batch-002000", "epoch-0001")) {
      commit(store, CheckpointId.parse(id));
    }

    // When
    List<CheckpointId> listed = store.list(RUN);

    // Then
    assertThat(listed)
        .map(CheckpointId::toString)
        .containsExactly("epoch-0001", "epoch-0002-batch-002000", "epoch-0002", "epoch-0010");
    assertThat(store.runs()).containsExactly(RUN);
    assertThat(store.list(new RunId("another"))).isEmpty();
  }

  @Test
  void committingTheSameContentAgainChangesNothing() {
    // Given
    CheckpointId id = CheckpointId.endOfEpoch(1);
    StoredCheckpoint first = commit(store, id);

    // When
    StoredCheckpoint second = commit(store(objects, "trainer-2"), id);

    // Then
    assertThat(second).isEqualTo(first);
  }

  @Test
  void committingOtherContentUnderATakenNameIsRefusedAndNamesTheFile() {
    // Given
    CheckpointId id = CheckpointId.endOfEpoch(1);
    store.commit(RUN, id, List.of(bytes("a", "same"), bytes("b", "abc")), Map.of());
    List<CheckpointSource> other = List.of(bytes("a", "same"), bytes("b", "other"));

    // When / Then
    assertThatThrownBy(() -> store.commit(RUN, id, other, Map.of()))
        .isInstanceOf(CheckpointConflictException.class)
        .hasMessageStartingWith(
            "checkpoint epoch-0001 of run zh-1 was committed by trainer-1 with other content: b has"
                + " 5 bytes with SHA-256 ")
        .hasMessageEndingWith("but 3 bytes with SHA-256 " + SHA256_OF_ABC + " was committed");
    assertThat(store.open(RUN, id, directory).file("b")).hasContent("abc");
  }

  @Test
  void committingMoreOrFewerFilesUnderATakenNameIsRefused() {
    // Given
    CheckpointId id = CheckpointId.endOfEpoch(1);
    store.commit(RUN, id, List.of(bytes("a", "1"), bytes("b", "2")), Map.of());

    // When / Then
    assertThatThrownBy(() -> store.commit(RUN, id, List.of(bytes("a", "1")), Map.of()))
        .isInstanceOf(CheckpointConflictException.class)
        .hasMessageEndingWith("1 files, but 2 were committed");
    assertThatThrownBy(() -> store.commit(RUN, id, List.of(bytes("c", "1")), Map.of()))
        .isInstanceOf(CheckpointConflictException.class)
        .hasMessageEndingWith("c is not among its files");
  }

  @Test
  void ofTwoWritersWhoCommitUnderOneNameAtATimeTheSecondLearnsWhoWasFirst() {
    // Given
    CheckpointId id = CheckpointId.endOfEpoch(1);
    CheckpointStore first = store(objects, "trainer-1");
    ObjectStore interleaved =
        new ForwardingObjectStore(objects) {
          @Override
          public FileDigest upload(String key, CheckpointSource source) {
            FileDigest digest = super.upload(key, source);
            first.commit(RUN, id, List.of(bytes("model.onnx", "abc")), Map.of());
            return digest;
          }
        };
    CheckpointStore second = store(interleaved, "trainer-2");

    // When / Then
    assertThatThrownBy(
            () -> second.commit(RUN, id, List.of(bytes("model.onnx", "other")), Map.of()))
        .isInstanceOf(CheckpointConflictException.class)
        .hasMessageStartingWith(
            "checkpoint epoch-0001 of run zh-1 was committed by trainer-1 with other content");
    assertThat(store.open(RUN, id, directory).file("model.onnx")).hasContent("abc");
  }

  @Test
  void aFileNameThatIsNotOneIsRefused() {
    // Given
    CheckpointId id = CheckpointId.endOfEpoch(1);

    // When / Then
    for (String name : List.of("../x", "a/b", "checkpoint.json", ".hidden", "")) {
      assertThatThrownBy(() -> store.commit(RUN, id, List.of(bytes(name, "x")), Map.of()))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessageStartingWith("file name: \"%s\" given".formatted(name));
    }
    assertThatThrownBy(
            () -> store.commit(RUN, id, List.of(bytes("a", "x"), bytes("a", "y")), Map.of()))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("files: \"a\" given, allowed: each name once");
  }

  @Test
  void aCrashBetweenAnyTwoOperationsOfACommitLeavesTheStoreReadable() {
    // Given
    commit(store, CheckpointId.endOfEpoch(1));
    store.moveLatest(RUN, CheckpointId.endOfEpoch(1));
    int crashes = 0;
    boolean finished = false;

    while (!finished) {
      CheckpointId id = CheckpointId.endOfEpoch(2 + crashes);
      CheckpointId before = newest();
      CheckpointStore doomed = store(new CrashingObjectStore(objects, crashes), "doomed");

      // When
      try {
        commit(doomed, id);
        doomed.moveLatest(RUN, id);
        finished = true;
      } catch (CrashingObjectStore.Crash crash) {
        crashes++;
      }

      // Then
      assertThat(newest()).isIn(before, id);
      NewestIntactCheckpoint newest = store.newestIntact(RUN, directory);
      assertThat(newest.damaged()).isEmpty();
      assertThat(newest.checkpoint().orElseThrow().stored().checkpoint()).isEqualTo(newest());
      commit(store, id);
      assertThat(newest()).isEqualTo(id);
      store.moveLatest(RUN, id);
    }
    assertThat(crashes).as("operations of a commit").isGreaterThanOrEqualTo(6);
  }

  @Test
  void aCrashBetweenAnyTwoOperationsOfACleanUpLeavesOnlyWholeCheckpoints() {
    // Given
    for (int epoch = 1; epoch <= 6; epoch++) {
      commit(store, CheckpointId.endOfEpoch(epoch));
    }
    boolean finished = false;

    for (int operations = 0; !finished; operations++) {
      CheckpointStore doomed = store(new CrashingObjectStore(objects, operations), "doomed");

      // When
      try {
        doomed.retain(RUN, Set.of());
        finished = true;
      } catch (CrashingObjectStore.Crash crash) {
        // Then
        for (CheckpointId id : store.list(RUN)) {
          store.open(RUN, id, directory.resolve(operations + "-" + id));
        }
      }
    }

    // Then
    assertThat(store.list(RUN))
        .map(CheckpointId::toString)
        .containsExactly("epoch-0004", "epoch-0005", "epoch-0006");
    assertThat(objects.list(configuration.prefix()))
        .noneMatch(key -> key.contains("epoch-0001") || key.contains("epoch-0003"));
  }

  @Test
  void aDamagedFileIsNamedWithWhatWasExpectedAndFound() {
    // Given
    CheckpointId id = CheckpointId.endOfEpoch(1);
    commit(store, id);
    overwrite(id, "model.safetensors", "abc");

    // When / Then
    DamagedCheckpointException damaged =
        catchThrowableOfType(
            DamagedCheckpointException.class, () -> store.open(RUN, id, directory));
    assertThat(damaged)
        .hasMessageStartingWith(
            "checkpoint epoch-0001 of run zh-1 is damaged: model.safetensors: expected 18 bytes")
        .hasMessageEndingWith("found 3 bytes with SHA-256 " + SHA256_OF_ABC);
    assertThat(damaged.file()).isEqualTo("model.safetensors");
    assertThat(directory.resolve("model.safetensors")).doesNotExist();
  }

  @Test
  void aMissingFileIsDamageAndAMissingCheckpointIsNot() {
    // Given
    CheckpointId id = CheckpointId.endOfEpoch(1);
    commit(store, id);
    objects.delete(StoreLayout.under(configuration.prefix()).file(RUN, id, "model.onnx"));

    // When / Then
    assertThatThrownBy(() -> store.open(RUN, id, directory))
        .isInstanceOf(DamagedCheckpointException.class)
        .hasMessageEndingWith("found no such file");
    assertThatThrownBy(() -> store.open(RUN, CheckpointId.endOfEpoch(2), directory))
        .isInstanceOf(CheckpointNotFoundException.class)
        .hasMessage("run zh-1 has no checkpoint epoch-0002, complete ones: epoch-0001");
  }

  @Test
  void theNewestIntactCheckpointIsUsedAndTheDamagedOnesAreReported() {
    // Given
    for (int epoch = 1; epoch <= 4; epoch++) {
      commit(store, CheckpointId.endOfEpoch(epoch));
    }
    overwrite(CheckpointId.endOfEpoch(4), "checkpoint.json", "{\"run\": \"zh-1\"");
    overwrite(CheckpointId.endOfEpoch(3), "model.onnx", "flipped");

    // When
    NewestIntactCheckpoint newest = store.newestIntact(RUN, directory);

    // Then
    LocalCheckpoint checkpoint = newest.checkpoint().orElseThrow();
    assertThat(checkpoint.stored().checkpoint()).isEqualTo(CheckpointId.endOfEpoch(2));
    assertThat(checkpoint.file("model.safetensors")).hasContent("weights epoch-0002");
    assertThat(newest.damaged())
        .map(DamagedCheckpointException::checkpoint)
        .containsExactly(CheckpointId.endOfEpoch(4), CheckpointId.endOfEpoch(3));
    assertThat(newest.damaged())
        .map(DamagedCheckpointException::file)
        .containsExactly("checkpoint.json", "model.onnx");
    assertThat(newest.damaged()).allSatisfy(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void theNewestCheckpointInWhichAFileIsIntactIsFoundWithoutItsOtherFiles() {
    // Given
    for (int epoch = 1; epoch <= 3; epoch++) {
      commit(store, CheckpointId.endOfEpoch(epoch));
    }
    overwrite(CheckpointId.endOfEpoch(3), "model.onnx", "flipped");
    overwrite(CheckpointId.endOfEpoch(2), "model.safetensors", "flipped");

    // When
    NewestIntactCheckpoint newest = store.newestIntact(RUN, directory, Set.of("model.onnx"));

    // Then
    LocalCheckpoint checkpoint = newest.checkpoint().orElseThrow();
    assertThat(checkpoint.stored().checkpoint()).isEqualTo(CheckpointId.endOfEpoch(2));
    assertThat(checkpoint.directory()).isDirectoryNotContaining("glob:**model.safetensors");
    assertThat(checkpoint.file("model.onnx")).exists();
    assertThat(newest.damaged())
        .map(DamagedCheckpointException::checkpoint)
        .containsExactly(CheckpointId.endOfEpoch(3));
  }

  @Test
  void aRunWithoutCheckpointsHasNoNewest() {
    // Given
    RunId unknown = new RunId("unknown");

    // When
    NewestIntactCheckpoint newest = store.newestIntact(unknown, directory);

    // Then
    assertThat(newest.checkpoint()).isEmpty();
    assertThat(newest.damaged()).isEmpty();
  }

  @Test
  void latestMovesForwardAndNeverBack() {
    // Given
    store.moveLatest(RUN, CheckpointId.endOfEpoch(1));
    store.moveLatest(RUN, CheckpointId.endOfEpoch(2));
    CheckpointStore zombie = store(objects, "zombie");

    // When / Then
    assertThatThrownBy(() -> zombie.moveLatest(RUN, CheckpointId.parse("epoch-0002-batch-002000")))
        .isInstanceOfSatisfying(
            PointerConflictException.class,
            e -> assertThat(e.winner()).isEqualTo(CheckpointId.endOfEpoch(2)))
        .hasMessage(
            "latest of run zh-1 stays at epoch-0002, to which trainer-1 moved it:"
                + " epoch-0002-batch-002000 is earlier");
    assertThat(store.latest(RUN))
        .contains(new LatestPointer(RUN, CheckpointId.endOfEpoch(2), "trainer-1", NOW));
  }

  @Test
  void ofTwoWritersWhoSetLatestFromOneStateOneWinsAndTheOtherLearnsWho() {
    // Given
    store.moveLatest(RUN, CheckpointId.endOfEpoch(1));
    CheckpointStore other = store(objects, "trainer-2");
    ObjectStore interleaved =
        new ForwardingObjectStore(objects) {
          @Override
          public boolean put(String key, byte[] content, PutCondition condition) {
            other.moveLatest(RUN, CheckpointId.endOfEpoch(2));
            return super.put(key, content, condition);
          }
        };

    // When / Then
    assertThatThrownBy(
            () ->
                store(interleaved, "trainer-3")
                    .moveLatest(RUN, CheckpointId.parse("epoch-0002-batch-002000")))
        .isInstanceOf(PointerConflictException.class)
        .hasMessage(
            "latest of run zh-1 was moved to epoch-0002 by trainer-2 and is not moved to"
                + " epoch-0002-batch-002000");
    assertThat(store.latest(RUN).orElseThrow().checkpoint()).isEqualTo(CheckpointId.endOfEpoch(2));
  }

  @Test
  void bestIsTheLowestErrorRateAndOfEqualsTheEarlierWhateverTheOrder() {
    // Given
    store.offerBest(RUN, CheckpointId.endOfEpoch(3), 0.10);

    // When
    BestPointer worse = store.offerBest(RUN, CheckpointId.endOfEpoch(1), 0.20);
    BestPointer equalAndLater = store.offerBest(RUN, CheckpointId.endOfEpoch(4), 0.10);
    BestPointer equalAndEarlier = store.offerBest(RUN, CheckpointId.endOfEpoch(2), 0.10);
    BestPointer better = store.offerBest(RUN, CheckpointId.endOfEpoch(5), 0.05);

    // Then
    assertThat(worse.checkpoint()).isEqualTo(CheckpointId.endOfEpoch(3));
    assertThat(equalAndLater.checkpoint()).isEqualTo(CheckpointId.endOfEpoch(3));
    assertThat(equalAndEarlier.checkpoint()).isEqualTo(CheckpointId.endOfEpoch(2));
    assertThat(better).isEqualTo(store.best(RUN).orElseThrow());
    assertThat(better.cer()).isEqualTo(0.05);
    assertThatThrownBy(() -> store.offerBest(RUN, CheckpointId.endOfEpoch(6), Double.NaN))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("cer: NaN given, allowed: a finite number from 0");
  }

  @Test
  void writersWhoRaceForBestLoseNoOffer() throws Exception {
    // Given
    int writers = 6;
    ExecutorService executor = Executors.newFixedThreadPool(writers);
    List<Callable<BestPointer>> offers = new ArrayList<>();
    for (int epoch = 1; epoch <= writers; epoch++) {
      CheckpointId id = CheckpointId.endOfEpoch(epoch);
      double cer = Math.abs(epoch - 4) / 10.0;
      offers.add(() -> store.offerBest(RUN, id, cer));
    }

    // When
    try {
      for (Future<BestPointer> offer : executor.invokeAll(offers)) {
        offer.get();
      }
    } finally {
      executor.shutdownNow();
    }

    // Then
    assertThat(store.best(RUN).orElseThrow().checkpoint()).isEqualTo(CheckpointId.endOfEpoch(4));
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void anOverwrittenPointerIsReportedAndReplacedByTheNextMove(byte[] garbage) {
    // Given
    StoreLayout layout = StoreLayout.under(configuration.prefix());
    commit(store, CheckpointId.endOfEpoch(1));
    objects.put(layout.latest(RUN), garbage, PutCondition.ALWAYS);
    objects.put(layout.best(RUN), garbage, PutCondition.ALWAYS);

    // When / Then
    assertThatThrownBy(() -> store.latest(RUN))
        .isInstanceOf(CheckpointStoreException.class)
        .hasMessageStartingWith(objects.uri(layout.latest(RUN)) + " cannot be read: ");
    assertThatThrownBy(() -> store.best(RUN))
        .isInstanceOf(CheckpointStoreException.class)
        .hasMessageStartingWith(objects.uri(layout.best(RUN)) + " cannot be read: ");
    store.moveLatest(RUN, CheckpointId.endOfEpoch(1));
    store.offerBest(RUN, CheckpointId.endOfEpoch(1), 0.5);
    assertThat(store.latest(RUN).orElseThrow().checkpoint()).isEqualTo(CheckpointId.endOfEpoch(1));
    assertThat(store.best(RUN).orElseThrow().cer()).isEqualTo(0.5);
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void withoutAReadableBestNoCheckpointIsRemoved(byte[] garbage) {
    // Given
    StoreLayout layout = StoreLayout.under(configuration.prefix());
    for (int epoch = 1; epoch <= 6; epoch++) {
      commit(store, CheckpointId.endOfEpoch(epoch));
    }
    store.offerBest(RUN, CheckpointId.endOfEpoch(1), 0.1);
    objects.put(layout.latest(RUN), garbage, PutCondition.ALWAYS);
    objects.put(layout.best(RUN), garbage, PutCondition.ALWAYS);

    // When
    RetentionResult unknown = store.retain(RUN, Set.of());
    store.offerBest(RUN, CheckpointId.endOfEpoch(1), 0.1);
    RetentionResult known = store.retain(RUN, Set.of());

    // Then
    assertThat(unknown.removed()).isEmpty();
    assertThat(known.retained()).map(CheckpointId::epoch).containsExactly(1, 4, 5, 6);
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void goingBackClearsPointersThatCannotBeRead(byte[] garbage) {
    // Given
    StoreLayout layout = StoreLayout.under(configuration.prefix());
    commit(store, CheckpointId.endOfEpoch(1));
    commit(store, CheckpointId.endOfEpoch(2));
    objects.put(layout.latest(RUN), garbage, PutCondition.ALWAYS);
    objects.put(layout.best(RUN), garbage, PutCondition.ALWAYS);

    // When
    store.rewind(RUN, CheckpointId.endOfEpoch(1));

    // Then
    assertThat(store.latest(RUN).orElseThrow().checkpoint()).isEqualTo(CheckpointId.endOfEpoch(1));
    assertThat(store.best(RUN)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void anOverwrittenLeaseIsReplacedWithAHigherTermThanAny(byte[] garbage) {
    // Given
    StoreLayout layout = StoreLayout.under(configuration.prefix());
    LeaseRecord before = acquire("trainer-1").orElseThrow();
    objects.put(layout.lease(RUN), garbage, PutCondition.ALWAYS);

    // When
    LeaseRecord after = acquire("trainer-2").orElseThrow();

    // Then
    assertThat(after.term()).isGreaterThan(before.term());
    assertThat(store.leases().observe(RUN).lease()).contains(after);
    assertThat(acquire("trainer-3").orElseThrow().term()).isEqualTo(after.term() + 1);
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void anOverwrittenDescriptionIsADamagedCheckpoint(byte[] garbage) {
    // Given
    commit(store, CheckpointId.endOfEpoch(1));
    commit(store, CheckpointId.endOfEpoch(2));
    overwrite(CheckpointId.endOfEpoch(2), "checkpoint.json", new String(garbage, UTF_8));

    // When
    NewestIntactCheckpoint newest = store.newestIntact(RUN, directory);

    // Then
    assertThat(newest.checkpoint().orElseThrow().stored().checkpoint())
        .isEqualTo(CheckpointId.endOfEpoch(1));
    assertThat(newest.damaged()).hasSize(1);
    assertThat(newest.damaged().get(0)).hasMessageContaining("checkpoint.json");
  }

  /** Of what a hand or a failing disk leaves behind. */
  static Stream<byte[]> garbage() {
    return Stream.of(
            "",
            "garbage",
            "null",
            "{}",
            "[]",
            "{\"run\":\"zh-1\",\"checkpoint\":null,\"cer\":\"x\",\"term\":-1}",
            "{\"run\":\"zh-1\",\"term\":9223372036854775807,\"trainer\":\"x\",\"extra\":1}",
            "[".repeat(5000),
            "\u0000\u0001")
        .map(text -> text.getBytes(UTF_8));
  }

  @Test
  void aBucketThatVanishesIsNamedByEveryOperationAndServesAgainWhenItIsBack() throws Exception {
    // Given
    CheckpointStoreConfiguration passing =
        server.with(
            configuration.server().endpoint(),
            "passing",
            TestServer.keys(configuration).secretKey());
    try (MinioAsyncClient client =
            MinioAsyncClient.builder()
                .endpoint(passing.server().endpoint().toString())
                .region(passing.server().region())
                .credentials(
                    TestServer.keys(passing).accessKey(), TestServer.keys(passing).secretKey())
                .build();
        CheckpointStore store = store(new S3ObjectStore(passing, QUICK), "trainer-1")) {
      client.makeBucket(MakeBucketArgs.builder().bucket("passing").build()).join();
      commit(store, CheckpointId.endOfEpoch(1));
      removeBucket(client, passing);

      // When / Then
      List<Runnable> operations =
          List.of(
              () -> commit(store, CheckpointId.endOfEpoch(2)),
              () -> store.moveLatest(RUN, CheckpointId.endOfEpoch(1)),
              () -> store.offerBest(RUN, CheckpointId.endOfEpoch(1), 0.5),
              () -> store.leases().observe(RUN),
              () -> store.pin(RUN, CheckpointId.endOfEpoch(1)),
              () -> store.retain(RUN, Set.of()),
              () -> store.newestIntact(RUN, directory),
              () -> store.list(RUN));
      for (Runnable operation : operations) {
        assertThatThrownBy(operation::run)
            .isInstanceOf(CheckpointStoreException.class)
            .hasMessageContaining("passing");
      }
      client.makeBucket(MakeBucketArgs.builder().bucket("passing").build()).join();
      commit(store, CheckpointId.endOfEpoch(2));
      assertThat(store.list(RUN)).containsExactly(CheckpointId.endOfEpoch(2));
    }
  }

  /** The embedded server keeps folders, so that it has no empty bucket again. */
  private static void removeBucket(MinioAsyncClient client, CheckpointStoreConfiguration passing)
      throws IOException {
    Path folder = serverDirectory.resolve("buckets/passing");
    if (!Files.isDirectory(folder)) {
      ObjectStore content = new S3ObjectStore(passing, QUICK);
      content.list(passing.prefix()).forEach(content::delete);
      content.close();
      client.removeBucket(RemoveBucketArgs.builder().bucket("passing").build()).join();
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void ofAnObjectThatIsTooLargeForADocumentOnlyTheBeginningIsRead() {
    // Given
    int most = 16 << 20;
    objects.put("large.json", new byte[most + 1], PutCondition.ALWAYS);

    // When
    VersionedObject read = objects.get("large.json").orElseThrow();

    // Then
    assertThat(read.content()).hasSize(most);
  }

  @Test
  void theRunDocumentIsReplacedOnlyByWhoReadIt() {
    // Given
    store.createRun(RUN, "first".getBytes(UTF_8));
    RunDocument read = store.readRun(RUN).orElseThrow();
    store.replaceRun(RUN, read, "second".getBytes(UTF_8));

    // When / Then
    assertThatThrownBy(() -> store.replaceRun(RUN, read, "third".getBytes(UTF_8)))
        .isInstanceOf(RunConflictException.class)
        .hasMessageEndingWith("/run.json was changed by another writer since it was read");
    assertThatThrownBy(() -> store.createRun(RUN, "fourth".getBytes(UTF_8)))
        .isInstanceOf(RunConflictException.class)
        .hasMessageEndingWith("/run.json already exists");
    assertThat(store.readRun(RUN).orElseThrow().content()).asString(UTF_8).isEqualTo("second");
    assertThat(store.readRun(new RunId("another"))).isEmpty();
  }

  @Test
  void theLastThreeTheBestThePinnedAndTheNeededStay() {
    // Given
    for (int epoch = 1; epoch <= 8; epoch++) {
      commit(store, CheckpointId.endOfEpoch(epoch));
    }
    store.offerBest(RUN, CheckpointId.endOfEpoch(3), 0.1);
    store.pin(RUN, CheckpointId.endOfEpoch(1));
    store.moveLatest(RUN, CheckpointId.endOfEpoch(8));

    // When
    RetentionResult result = store.retain(RUN, Set.of(CheckpointId.endOfEpoch(4)));

    // Then
    assertThat(result.retained()).map(CheckpointId::epoch).containsExactly(1, 3, 4, 6, 7, 8);
    assertThat(result.removed()).map(CheckpointId::epoch).containsExactly(2, 5);
    assertThat(result.orphans()).isEmpty();
    assertThat(store.list(RUN)).isEqualTo(result.retained());
    assertThat(store.pinned(RUN)).containsExactly(CheckpointId.endOfEpoch(1));
  }

  @Test
  void aCheckpointWithoutAllItsBytesReplacesNoOlderOne() {
    // Given
    for (int epoch = 1; epoch <= 4; epoch++) {
      commit(store, CheckpointId.endOfEpoch(epoch));
    }
    overwrite(CheckpointId.endOfEpoch(4), "model.safetensors", "short");

    // When
    RetentionResult damaged = store.retain(RUN, Set.of());
    commit(store, CheckpointId.endOfEpoch(5));
    RetentionResult replaced = store.retain(RUN, Set.of());

    // Then
    assertThat(damaged.removed()).isEmpty();
    assertThat(replaced.removed()).containsExactly(CheckpointId.endOfEpoch(1));
    assertThat(replaced.retained()).map(CheckpointId::epoch).containsExactly(2, 3, 4, 5);
  }

  @Test
  void anUnpinnedCheckpointGoesWithTheNextCleanUp() {
    // Given
    for (int epoch = 1; epoch <= 4; epoch++) {
      commit(store, CheckpointId.endOfEpoch(epoch));
    }
    store.pin(RUN, CheckpointId.endOfEpoch(1));
    store.unpin(RUN, CheckpointId.endOfEpoch(1));

    // When
    RetentionResult result = store.retain(RUN, Set.of());

    // Then
    assertThat(result.removed()).containsExactly(CheckpointId.endOfEpoch(1));
    assertThatThrownBy(() -> store.pin(RUN, CheckpointId.endOfEpoch(1)))
        .isInstanceOf(CheckpointNotFoundException.class);
    assertThatThrownBy(() -> store.unpin(RUN, CheckpointId.endOfEpoch(1)))
        .isInstanceOf(CheckpointNotFoundException.class);
  }

  @Test
  void unfinishedCommitsBeforeTheNewestCheckpointAreCleanedUpAndLaterOnesStay() {
    // Given
    overwrite(CheckpointId.endOfEpoch(1), "model.safetensors", "left behind");
    commit(store, CheckpointId.endOfEpoch(2));
    overwrite(CheckpointId.endOfEpoch(3), "model.safetensors", "just being written");

    // When
    RetentionResult result = store.retain(RUN, Set.of());

    // Then
    assertThat(result.orphans()).containsExactly(CheckpointId.endOfEpoch(1));
    assertThat(objects.list(configuration.prefix()))
        .noneMatch(key -> key.contains("epoch-0001"))
        .anyMatch(key -> key.contains("epoch-0003"));
  }

  @Test
  void thePartsThatAKilledUploadLeftBehindAreCleanedUp() throws Exception {
    // Given
    String key =
        StoreLayout.under(configuration.prefix())
            .file(RUN, CheckpointId.endOfEpoch(1), "model.safetensors");
    beginUpload(key);
    commit(store, CheckpointId.endOfEpoch(2));

    // When
    RetentionResult result = store.retain(RUN, Set.of());

    // Then
    assertThat(result.orphans()).containsExactly(CheckpointId.endOfEpoch(1));
    assertThat(objects.unfinishedUploads(key)).isEmpty();
  }

  @Test
  void aCommitInProgressIsNotCleanedUp() {
    // Given
    commit(store, CheckpointId.endOfEpoch(2));
    List<RetentionResult> results = new ArrayList<>();
    CheckpointSource slow =
        new CheckpointSource() {
          @Override
          public String name() {
            return "slow";
          }

          @Override
          public long size() {
            return 1;
          }

          @Override
          public InputStream open() {
            results.add(store.retain(RUN, Set.of()));
            return InputStream.nullInputStream();
          }
        };

    // When
    assertThatThrownBy(
            () ->
                store.commit(
                    RUN,
                    CheckpointId.endOfEpoch(1),
                    List.of(bytes("model.onnx", "x"), slow),
                    Map.of()))
        .isInstanceOf(CheckpointStoreException.class);

    // Then
    assertThat(results).isNotEmpty().allSatisfy(r -> assertThat(r.orphans()).isEmpty());
    assertThat(store.retain(RUN, Set.of()).orphans()).containsExactly(CheckpointId.endOfEpoch(1));
  }

  @Test
  void goingBackFreesTheNamesOfLaterCheckpoints() {
    // Given
    for (int epoch = 1; epoch <= 4; epoch++) {
      commit(store, CheckpointId.endOfEpoch(epoch));
    }
    store.moveLatest(RUN, CheckpointId.endOfEpoch(4));
    store.offerBest(RUN, CheckpointId.endOfEpoch(3), 0.1);

    // When
    RetentionResult result = store.rewind(RUN, CheckpointId.endOfEpoch(2));

    // Then
    assertThat(result.retained()).map(CheckpointId::epoch).containsExactly(1, 2);
    assertThat(result.removed()).map(CheckpointId::epoch).containsExactly(3, 4);
    assertThat(store.latest(RUN).orElseThrow().checkpoint()).isEqualTo(CheckpointId.endOfEpoch(2));
    assertThat(store.best(RUN)).isEmpty();
    store.commit(
        RUN, CheckpointId.endOfEpoch(3), List.of(bytes("model.onnx", "another")), Map.of());
    store.moveLatest(RUN, CheckpointId.endOfEpoch(3));
    assertThat(store.list(RUN)).map(CheckpointId::epoch).containsExactly(1, 2, 3);
  }

  @Test
  void goingBackBehindAPinnedCheckpointIsRefused() {
    // Given
    commit(store, CheckpointId.endOfEpoch(1));
    commit(store, CheckpointId.endOfEpoch(2));
    store.pin(RUN, CheckpointId.endOfEpoch(2));

    // When / Then
    assertThatThrownBy(() -> store.rewind(RUN, CheckpointId.endOfEpoch(1)))
        .isInstanceOf(CheckpointConflictException.class)
        .hasMessage("run zh-1 cannot go back to epoch-0001: epoch-0002 is pinned, unpin it first");
    assertThat(store.list(RUN)).hasSize(2);
  }

  @Test
  void aModelReferenceNamesTheNewestTheBestOrACertainCheckpoint() {
    // Given
    commit(store, CheckpointId.endOfEpoch(1));
    commit(store, CheckpointId.endOfEpoch(2));
    RunId other = new RunId("other");

    // When / Then
    assertThat(resolve(RUN, "latest")).isEqualTo(CheckpointId.endOfEpoch(2));
    assertThat(resolve(RUN, "epoch-0001")).isEqualTo(CheckpointId.endOfEpoch(1));
    assertThat(resolve(other, "zh-1/latest")).isEqualTo(CheckpointId.endOfEpoch(2));
    assertThatThrownBy(() -> resolve(RUN, "best"))
        .isInstanceOf(CheckpointNotFoundException.class)
        .hasMessage("run zh-1 has no best checkpoint: none has been tested yet");
    store.offerBest(RUN, CheckpointId.endOfEpoch(1), 0.3);
    assertThat(resolve(RUN, "best")).isEqualTo(CheckpointId.endOfEpoch(1));
    assertThatThrownBy(() -> resolve(other, "latest"))
        .isInstanceOf(CheckpointNotFoundException.class)
        .hasMessageStartingWith("run other has no complete checkpoint under s3://")
        .hasMessageEndingWith("/runs/other/checkpoints/");
  }

  @Test
  void aUriNamesACheckpointUnderAnotherPrefixAsTheEventOfItsCommitDoes() {
    // Given
    CheckpointStoreConfiguration elsewhere = server.configuration();
    StoredCheckpoint committed;
    try (CheckpointStore other = CheckpointStore.connect(elsewhere)) {
      committed = commit(other, CheckpointId.endOfEpoch(3));
    }
    ModelReference reference = ModelReference.parse("resume_model", committed.uri());

    // When
    CheckpointStore named = store.of(reference);

    // Then
    assertThat(named.resolve(new RunId("any"), reference)).isEqualTo(committed);
    assertThat(store.list(RUN)).isEmpty();
    named.close();
    assertThat(store.list(RUN)).isEmpty();
  }

  @Test
  void aReferenceWithoutAUriAndAUriOfTheStoreItselfNameTheStoreItself() {
    // Given
    String own = configuration.location() + "/runs/zh-1/checkpoints/latest";

    // Then
    assertThat(store.of(ModelReference.parse("resume_model", "zh-1/latest"))).isSameAs(store);
    assertThat(store.of(ModelReference.parse("resume_model", own))).isSameAs(store);
  }

  @Test
  void theUriOfAMissingBucketIsNamed() {
    // Given
    ModelReference reference =
        ModelReference.parse("resume_model", "s3://no-such-bucket/runs/zh-1/checkpoints/latest");

    // Then
    assertThatThrownBy(() -> store.of(reference).resolve(RUN, reference))
        .isInstanceOf(CheckpointStoreException.class)
        .hasMessage(
            "S3 endpoint %s has no bucket no-such-bucket: create it, or name another",
            configuration.server().endpoint());
  }

  @Test
  void aStoreThatCanBeUsedPassesTheCheck() {
    // Given
    CheckpointStore usable = store;

    // When
    usable.check();

    // Then
    assertThat(usable.list(RUN)).isEmpty();
  }

  @Test
  void refusedKeysAreNamedWithoutTheSecret() {
    // Given
    CheckpointStoreConfiguration refused =
        server.with(configuration.server().endpoint(), configuration.bucket(), "not-the-secret");

    // When / Then
    try (CheckpointStore store = store(new S3ObjectStore(refused, QUICK), "x")) {
      assertThatThrownBy(store::check)
          .isInstanceOf(CheckpointStoreException.class)
          .hasMessage(
              "S3 endpoint %s refuses access key %s for bucket %s: cannot list s3://%s/%s/runs/: SignatureDoesNotMatch"
                  .formatted(
                      refused.server().endpoint(),
                      TestServer.keys(refused).accessKey(),
                      refused.bucket(),
                      refused.bucket(),
                      refused.prefix()));
      assertThatThrownBy(() -> commit(store, CheckpointId.endOfEpoch(1)))
          .isInstanceOf(CheckpointStoreException.class)
          .hasMessageContaining(" refuses access key ")
          .hasMessageNotContaining("not-the-secret")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aMissingBucketIsNamed() {
    // Given
    CheckpointStoreConfiguration elsewhere =
        server.with(
            configuration.server().endpoint(),
            "no-such-bucket-of-deepspeech",
            TestServer.keys(configuration).secretKey());

    // When / Then
    try (CheckpointStore store = store(new S3ObjectStore(elsewhere, QUICK), "x")) {
      assertThatThrownBy(store::check)
          .isInstanceOf(CheckpointStoreException.class)
          .hasMessage(
              "S3 endpoint %s has no bucket no-such-bucket-of-deepspeech: create it, or name another"
                  .formatted(elsewhere.server().endpoint()));
    }
  }

  @Test
  void anEndpointWhereNothingListensIsNamed() throws Exception {
    // Given
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    URI endpoint = URI.create("http://127.0.0.1:" + unused);
    CheckpointStoreConfiguration nowhere =
        server.with(endpoint, configuration.bucket(), TestServer.keys(configuration).secretKey());

    // When / Then
    try (CheckpointStore store = store(new S3ObjectStore(nowhere, QUICK), "x")) {
      assertThatThrownBy(store::check)
          .isInstanceOf(CheckpointStoreException.class)
          .hasMessageStartingWith(
              "S3 endpoint %s is not reachable: cannot list s3://%s/%s/runs/: "
                  .formatted(endpoint, nowhere.bucket(), nowhere.prefix()))
          .hasMessageEndingWith(" (tried 4 times)")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void connectionsThatBreakInTheMiddleAreTriedAgain() throws Exception {
    // Given
    Path file = randomFile("model.safetensors", 3 << 20);
    CheckpointId id = CheckpointId.endOfEpoch(1);
    store.commit(RUN, id, List.of(CheckpointSource.of(file)), Map.of());

    try (UnreliableProxy proxy =
            new UnreliableProxy(configuration.server().endpoint(), 2, 1_000_000);
        ObjectStore throughProxy = new S3ObjectStore(through(proxy), QUICK)) {
      // When
      LocalCheckpoint local = store(throughProxy, "x").open(RUN, id, directory.resolve("copy"));

      // Then
      assertThat(proxy.cutsLeft()).isZero();
      assertThat(Files.mismatch(local.file("model.safetensors"), file)).isEqualTo(-1);
    }
  }

  @Test
  void answersThatBreakOffDoNotMakeACommitFail() throws Exception {
    // Given
    CheckpointId id = CheckpointId.endOfEpoch(1);

    try (UnreliableProxy proxy = new UnreliableProxy(configuration.server().endpoint(), 3, 1);
        ObjectStore throughProxy = new S3ObjectStore(through(proxy), QUICK)) {
      // When
      StoredCheckpoint committed = commit(store(throughProxy, "trainer-1"), id);

      // Then
      assertThat(proxy.cutsLeft()).isZero();
      assertThat(store.describe(RUN, id)).isEqualTo(committed);
    }
  }

  @Test
  void aWriteWhoseAnswerWasLostIsNotTakenForThatOfAnother() {
    // Given
    ObjectStore losesFirstAnswers =
        new ForwardingObjectStore(objects) {
          @Override
          public boolean put(String key, byte[] content, PutCondition condition) {
            super.put(key, content, condition);
            return super.put(key, content, condition);
          }
        };
    CheckpointStore unlucky = store(losesFirstAnswers, "trainer-1");
    CheckpointId id = CheckpointId.endOfEpoch(1);

    // When
    StoredCheckpoint committed = commit(unlucky, id);
    LatestPointer latest = unlucky.moveLatest(RUN, id);
    BestPointer best = unlucky.offerBest(RUN, id, 0.5);
    unlucky.createRun(RUN, "first".getBytes(UTF_8));
    unlucky.replaceRun(RUN, unlucky.readRun(RUN).orElseThrow(), "second".getBytes(UTF_8));

    // Then
    assertThat(store.describe(RUN, id)).isEqualTo(committed);
    assertThat(store.latest(RUN)).contains(latest);
    assertThat(store.best(RUN)).contains(best);
    assertThat(store.readRun(RUN).orElseThrow().content()).asString(UTF_8).isEqualTo("second");
  }

  @Test
  void aConnectionThatKeepsBreakingIsGivenUpAndNamed() throws Exception {
    // Given
    try (UnreliableProxy proxy = new UnreliableProxy(configuration.server().endpoint(), 1_000, 0);
        ObjectStore throughProxy = new S3ObjectStore(through(proxy), QUICK)) {

      // When / Then
      assertThatThrownBy(() -> commit(store(throughProxy, "x"), CheckpointId.endOfEpoch(1)))
          .isInstanceOf(CheckpointStoreException.class)
          .hasMessageStartingWith("S3 endpoint %s: cannot read s3://".formatted(proxy.endpoint()))
          .hasMessageEndingWith(" (tried 4 times)")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aLocalFileThatIsMissingIsNamedAndNotTriedAgain() {
    // Given
    Path missing = directory.resolve("model.safetensors");

    // When / Then
    assertThatThrownBy(
            () ->
                store.commit(
                    RUN,
                    CheckpointId.endOfEpoch(1),
                    List.of(CheckpointSource.of(missing)),
                    Map.of()))
        .isInstanceOf(CheckpointStoreException.class)
        .hasMessage("cannot read model.safetensors: NoSuchFileException: " + missing);
    assertThat(store.list(RUN)).isEmpty();
  }

  @Test
  void aDirectoryThatCannotBeCreatedIsNamed() throws Exception {
    // Given
    commit(store, CheckpointId.endOfEpoch(1));
    Path file = Files.createFile(directory.resolve("file"));

    // When / Then
    assertThatThrownBy(() -> store.open(RUN, CheckpointId.endOfEpoch(1), file.resolve("copy")))
        .isInstanceOf(CheckpointStoreException.class)
        .hasMessageStartingWith("cannot create directory " + file.resolve("copy"));
  }

  private CheckpointStore store(ObjectStore through, String writer) {
    return new CheckpointStore(
        through, configuration.prefix(), writer, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private CheckpointStoreConfiguration through(UnreliableProxy proxy) {
    return server.with(
        proxy.endpoint(), configuration.bucket(), TestServer.keys(configuration).secretKey());
  }

  private CheckpointId newest() {
    List<CheckpointId> complete = store.list(RUN);
    return complete.get(complete.size() - 1);
  }

  private CheckpointId resolve(RunId run, String reference) {
    return store.resolve(run, ModelReference.parse("resume_model", reference)).checkpoint();
  }

  private static StoredCheckpoint commit(CheckpointStore store, CheckpointId id) {
    return store.commit(
        RUN,
        id,
        List.of(
            bytes("model.safetensors", "weights " + id),
            bytes("model.onnx", "graph " + id),
            bytes("a-name-before-checkpoint.json", "abc")),
        Map.of("step", "1"));
  }

  private void overwrite(CheckpointId id, String file, String content) {
    objects.put(
        StoreLayout.under(configuration.prefix()).file(RUN, id, file),
        content.getBytes(UTF_8),
        PutCondition.ALWAYS);
  }

  private void beginUpload(String key) throws Exception {
    byte[] part = new byte[5 << 20];
    try (MinioAsyncClient client =
        MinioAsyncClient.builder()
            .endpoint(configuration.server().endpoint().toString())
            .region(configuration.server().region())
            .credentials(
                TestServer.keys(configuration).accessKey(),
                TestServer.keys(configuration).secretKey())
            .build()) {
      String uploadId =
          client
              .createMultipartUpload(
                  CreateMultipartUploadArgs.builder()
                      .bucket(configuration.bucket())
                      .object(key)
                      .build())
              .join()
              .result()
              .uploadId();
      client
          .uploadPart(
              UploadPartArgs.builder()
                  .bucket(configuration.bucket())
                  .object(key)
                  .uploadId(uploadId)
                  .partNumber(1)
                  .data(part, part.length)
                  .build())
          .join();
    }
  }

  private static CheckpointSource bytes(String name, String content) {
    return CheckpointSource.of(name, content.getBytes(UTF_8));
  }

  private Path randomFile(String name, int size) throws IOException {
    Path file = directory.resolve(name);
    Random random = new Random(7);
    byte[] block = new byte[1 << 16];
    try (OutputStream output = Files.newOutputStream(file)) {
      for (int left = size; left > 0; left -= block.length) {
        random.nextBytes(block);
        output.write(block, 0, Math.min(left, block.length));
      }
    }
    return file;
  }
}
