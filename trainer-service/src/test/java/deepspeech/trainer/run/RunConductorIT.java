package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.engine.EngineException;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.checkpoint.LeaseHolder;
import deepspeech.checkpoint.LeaseRecords;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.testing.server.TestStore;
import deepspeech.trainer.checkpoint.CheckpointAccess;
import deepspeech.trainer.checkpoint.CheckpointFiles;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import deepspeech.trainer.checkpoint.WorkDirectory;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Real model, real store; the batches are noise that depends on (epoch, batch) alone. */
@Tag("integration")
class RunConductorIT {
  private static final TrainingConfiguration CONFIGURATION =
      TrainingSite.SMALL_MODEL.with(
          Map.of("num_epoch", 2, "log_interval", 2, "checkpoint_interval", 3));

  /** One for each test: an upload of a run that has failed still completes in the next test. */
  @RegisterExtension final OpenTelemetryExtension telemetry = OpenTelemetryExtension.create();

  @TempDir Path directory;
  private EmbeddedS3 s3;
  private CheckpointStore store;
  private final List<RunState> states = Collections.synchronizedList(new ArrayList<>());
  private final List<CheckpointCommitted> checkpoints =
      Collections.synchronizedList(new ArrayList<>());
  private final List<MetricPoint> metrics = Collections.synchronizedList(new ArrayList<>());
  private final NoiseDataSet data =
      new NoiseDataSet(
          5, new int[] {40, 31, 25, 25}, "manifest.train: one thing", "augmentation.json: another");
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private RunRegistry registry;
  private RunLeases leases;
  private RunConductor conductor;
  private final List<Instant> recoveredSince = new ArrayList<>();
  private final List<Integer> storedAtEvent = Collections.synchronizedList(new ArrayList<>());
  private final List<String> sentIn = Collections.synchronizedList(new ArrayList<>());
  private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");

  private String dieBeforeEventOf = "";
  private long furthestStep;
  private String takenOverAt = "";
  private String failsAt = "";
  private String lateCommitAt = "";
  private RuntimeException failure = new RunFailedException("the broker forgot this consumer");
  private final List<String> waited = Collections.synchronizedList(new ArrayList<>());
  private final ShiftedClock wall = new ShiftedClock();
  private String stopAt = "";
  private boolean anotherMayHaveMemory;

  @BeforeEach
  void startStore() throws Exception {
    s3 = TestStore.start(directory.resolve("s3"), "deepspeech");
    store =
        CheckpointStore.connect(
            new CheckpointStoreConfiguration(
                new ObjectStoreConfiguration(s3.endpoint(), s3.accessKey(), s3.secretKey(), null),
                "deepspeech",
                null));
    data.given = this::given;
    registry = new RunRegistry(states::add, List.of());
    leases =
        new RunLeases(
            store.leases(),
            "trainer-a",
            () -> null,
            () -> true,
            address -> TrainerProbe.Answer.NONE,
            wall);
    conductor =
        new RunConductor(
            new RunJournal(
                registry,
                new RunEvents() {
                  @Override
                  public void metric(MetricPoint point) {
                    metrics.add(point);
                  }

                  @Override
                  public void flush() {
                    storedAtEvent.add(store.list(new RunId("whole")).size());
                  }

                  @Override
                  public void recover(RunId run, Instant since, Map<SkipReason, Integer> skipped) {
                    recoveredSince.add(since);
                  }

                  @Override
                  public Instant eventsSince(RunId run, long step, Instant takenAt) {
                    return step < furthestStep ? BEFORE : takenAt;
                  }

                  @Override
                  public void checkpoint(CheckpointCommitted event, String id) {
                    if (event.checkpoint().toString().equals(dieBeforeEventOf)) {
                      throw new IllegalStateException("the trainer dies");
                    }
                    checkpoints.add(event);
                    sentIn.add(Span.current().getSpanContext().getSpanId());
                  }
                },
                leases,
                Clock.systemUTC()),
            CheckpointAccess.of(
                store,
                new WorkDirectory(
                    directory.resolve("work"), Duration.ofMinutes(1), this::diskFails),
                new PendingEvaluations(Long.MAX_VALUE),
                run -> List.of()),
            data::open,
            () -> Map.of(Topics.COMMANDS, 3L),
            state -> anotherMayHaveMemory,
            new PrintStream(console, true, StandardCharsets.UTF_8)::println,
            new Tracing(telemetry.getOpenTelemetry()));
  }

  @AfterEach
  void stopStore() throws Exception {
    store.close();
    s3.close();
  }

  @Test
  void aRunEndsFinishedWithItsCheckpointsEventsMetricsAndTheManualsOutput() throws Exception {
    // When
    RunState end = conduct("whole", CONFIGURATION);

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(end.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(2));
    assertThat(end.warnings()).hasSize(2);
    assertThat(checkpoints)
        .extracting(event -> event.checkpoint().toString())
        .containsExactly(
            "epoch-0001-batch-000003", "epoch-0001", "epoch-0002-batch-000003", "epoch-0002");
    assertThat(store.latest(new RunId("whole")).orElseThrow().checkpoint())
        .isEqualTo(CheckpointId.endOfEpoch(2));
    assertThat(metrics)
        .filteredOn(point -> point.name() == MetricName.TRAIN_LOSS)
        .extracting(MetricPoint::step)
        .containsExactly(1L, 3L, 5L, 6L, 8L, 10L);
    assertThat(metrics)
        .filteredOn(point -> point.name() == MetricName.LAG)
        .extracting(point -> point.step() + " " + point.topic() + " " + point.value())
        .startsWith("1 deepspeech.commands 3.0", "1 deepspeech.features.whole.train 5.0")
        .hasSize(12);
    // Before a checkpoint is complete, the broker has every point before it.
    assertThat(storedAtEvent).startsWith(0, 1, 1, 2, 2, 3, 3);
    assertThat(console.toString(StandardCharsets.UTF_8))
        .startsWith("-----------  Configuration Arguments -----------\naccumulate_batches: ")
        .contains(
            """
            ] number of training samples: 20
            Warning: manifest.train: one thing
            Warning: augmentation.json: another
            Dry run: the largest batch has 4 utterances of up to 40 frames and 3 labels, \
            """)
        .containsPattern(
            "Train \\[[-0-9]+ [0-9:.]+] epoch: \\[2/2], batch: \\[4/5], learning rate: 0.00008300, train loss: \\d+\\.\\d{6}, eta: 0:00:00");
  }

  @Test
  void aRunReportsWhichCheckpointsTheStoreKeepsAndWhichArePinned() throws Exception {
    // Given
    RunId run = new RunId("kept");
    TrainingConfiguration untested = CONFIGURATION.with(Map.of("test_off", true));

    // When
    conduct("kept", untested);

    // Then
    assertThat(states)
        .filteredOn(state -> state.checkpoints() != null)
        .extracting(state -> state.checkpoints().toString())
        .startsWith("[]")
        .contains(
            "[epoch-0001-batch-000003, epoch-0001]",
            "[epoch-0001, epoch-0002-batch-000003, epoch-0002]");
    assertThat(states.get(states.size() - 1).checkpoints()).isEqualTo(store.list(run));
    assertThat(states.get(states.size() - 1).pinned()).isEmpty();

    // When
    store.pin(run, CheckpointId.endOfEpoch(1));
    RunState resumed =
        conduct("kept", untested.with(Map.of("resume_model", "latest", "num_epoch", 3)));

    // Then
    assertThat(resumed.pinned()).containsExactly(CheckpointId.endOfEpoch(1));
    assertThat(resumed.checkpoints()).contains(CheckpointId.endOfEpoch(1)).hasSize(4);
    assertThat(resumed.checkpoints()).isEqualTo(store.list(run));
  }

  @Test
  void aCheckpointContinuesTheTraceOfItsLastStepAndShowsWhereItsTimeWent() throws Exception {
    // When
    conduct("whole", CONFIGURATION);

    // Then
    assertThat(spans("begin run")).hasSize(1);
    Map<String, Long> steps =
        spans("step").stream()
            .collect(
                Collectors.toMap(
                    SpanData::getSpanId, step -> step.getAttributes().get(SpanAttributes.STEP)));
    assertThat(steps.values()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(spans("checkpoint"))
        .extracting(
            checkpoint ->
                checkpoint.getAttributes().get(SpanAttributes.CHECKPOINT)
                    + " after "
                    + steps.get(checkpoint.getParentSpanId()))
        .containsExactly(
            "epoch-0001-batch-000003 after 3",
            "epoch-0001 after 5",
            "epoch-0002-batch-000003 after 8",
            "epoch-0002 after 10");
    List<String> whole = spans("checkpoint").stream().map(SpanData::getSpanId).toList();
    for (String part : List.of("copy", "write", "upload", "publish")) {
      assertThat(spans(part)).extracting(SpanData::getParentSpanId).isEqualTo(whole);
    }
    assertThat(sentIn).isEqualTo(spans("publish").stream().map(SpanData::getSpanId).toList());
  }

  private List<SpanData> spans(String name) {
    return telemetry.getSpans().stream().filter(span -> span.getName().equals(name)).toList();
  }

  @Test
  void aRunWhoseLargestBatchDoesNotFitTheMemoryFailsBeforeItsFirstBatch() throws Exception {
    // Given
    data.largestBatch = new BatchShape(100_000, 2000, 3);

    // When
    RunState end = conduct("large", CONFIGURATION);

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FAILED);
    assertThat(end.reason())
        .isEqualTo(
            "out of memory on cpu: the largest batch has 100000 utterances of up to 2000 frames and 3"
                + " labels; lower batch_size, which is 32 per device, or max_duration, which is 20.0");
    assertThat(data.consumed).isEmpty();
  }

  @Test
  void aRunThatDoesNotFitTheMemoryWaitsForAnotherTrainerThatMayHaveMore() throws Exception {
    // Given
    data.largestBatch = new BatchShape(100_000, 2000, 3);
    anotherMayHaveMemory = true;

    // When
    RunState left = conduct("large", CONFIGURATION);

    // Then
    assertThat(left.status()).isEqualTo(RunStatus.ACCEPTED);
    assertThat(left.waits()).isTrue();
    assertThat(left.assignment().tooSmall()).containsExactly("trainer-a");
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains(
            "Run large waits for a trainer with more memory: out of memory on cpu: the largest"
                + " batch has 100000 utterances");

    // When
    anotherMayHaveMemory = false;
    conduct(left.run(), new StopSignal());

    // Then
    assertThat(registry.find(left.run()).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
  }

  @Test
  void aRunThatIsStoppedMidEpochAndResumedHasTheWeightsOfAnUninterruptedOneToTheBit()
      throws Exception {
    // Given
    conduct("whole", CONFIGURATION);
    List<String> uninterrupted = List.copyOf(data.consumed);
    data.consumed.clear();
    stopAt = "2/1";
    RunState stopped = conduct("parts", CONFIGURATION);
    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.lastCheckpoint()).hasToString("epoch-0002-batch-000002");
    stopAt = "";

    // When
    RunState end = conduct("parts", CONFIGURATION.with(Map.of("resume_model", "latest")));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(data.consumed).isEqualTo(uninterrupted);
    assertThat(hashes("parts")).isEqualTo(hashes("whole"));
  }

  @Test
  void anAbandonedRunResumesFromItsNewestCheckpointAndEndsTheSame() throws Exception {
    // Given
    conduct("whole", CONFIGURATION);
    stopAt = "1/3";
    StopSignal.Reason shutdown = StopSignal.Reason.SHUTDOWN;
    RunState left = conduct("parts", CONFIGURATION, shutdown);
    assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
    stopAt = "";

    // When
    conduct(new RunId("parts"), new StopSignal());

    // Then
    assertThat(registry.find(new RunId("parts")).orElseThrow().status())
        .isEqualTo(RunStatus.FINISHED);
    assertThat(hashes("parts")).isEqualTo(hashes("whole"));
  }

  @Test
  void aRunThatAnotherTrainerTakesOverIsLetGoAndNothingOfItIsKeptOrPublishedAnyMore()
      throws Exception {
    // Given
    conduct("whole", CONFIGURATION);
    checkpoints.clear();
    takenOverAt = "2/1";

    // When
    conduct("parts", CONFIGURATION);

    // Then
    assertThat(console.toString(StandardCharsets.UTF_8))
        .containsPattern(
            "Run parts was taken over by trainer trainer-b at \\S+ \\(term 2\\);"
                + " trainer trainer-a \\(term 1\\) stops training it\n");
    assertThat(states.get(states.size() - 1).status()).isEqualTo(RunStatus.RUNNING);
    assertThat(checkpoints)
        .extracting(event -> event.checkpoint().toString())
        .containsExactly("epoch-0001-batch-000003", "epoch-0001");
    assertThat(store.list(new RunId("parts"))).endsWith(CheckpointId.endOfEpoch(1)).hasSize(2);

    // When
    takenOverAt = "";
    trainerThatTookOverLeaves();
    conduct(new RunId("parts"), new StopSignal());

    // Then
    assertThat(hashes("parts")).isEqualTo(hashes("whole"));
  }

  @Test
  void aCheckpointThatASuspendedTrainerCommitsLateIsReplacedByTheHolderOfTheRun() throws Exception {
    // Given
    conduct("whole", CONFIGURATION);
    lateCommitAt = "1/1";

    // When
    RunState end = conduct("parts", CONFIGURATION);

    // Then
    assertThat(end.status()).as(end.reason()).isEqualTo(RunStatus.FINISHED);
    assertThat(hashes("parts")).isEqualTo(hashes("whole"));
    RunId run = new RunId("parts");
    assertThat(store.list(run)).contains(CheckpointId.endOfEpoch(1));
    assertThat(
            store
                .open(run, CheckpointId.endOfEpoch(1), directory.resolve("opened"))
                .stored()
                .files())
        .hasSizeGreaterThan(1);
  }

  @Test
  void aTrainerThatLosesItsRunWhileItUploadsCommitsNothing() throws Exception {
    // Given
    RunId run = new RunId("parts");
    CheckpointId id = CheckpointId.endOfEpoch(1);
    List<CheckpointSource> files =
        List.of(CheckpointSource.of("a", new byte[] {1}), CheckpointSource.of("b", new byte[] {2}));
    AtomicInteger writes = new AtomicInteger();

    // When
    var lost =
        assertThatThrownBy(
            () ->
                store.commit(
                    run,
                    id,
                    files,
                    Map.of(),
                    () -> {
                      if (writes.incrementAndGet() == 3) {
                        throw new TakenOverException("another trainer has the run");
                      }
                    }));

    // Then
    lost.isInstanceOf(TakenOverException.class);
    assertThat(store.list(run)).isEmpty();
  }

  @Test
  void aRunThatFailsHereAfterAnotherTrainerHasTakenItOverIsLeftToThatTrainer() throws Exception {
    // Given
    takenOverAt = "2/1";
    failsAt = "2/1";

    // When
    RunState end = conduct("parts", CONFIGURATION);

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(data.discarded).isEmpty();
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("Run parts was taken over by trainer trainer-b")
        .doesNotContain("Run parts failed");
  }

  @Test
  void anUnexpectedFailureOfARunThatAnotherTrainerHasTakenOverIsNotSaved() throws Exception {
    // Given
    takenOverAt = "2/1";
    failsAt = "2/1";
    failure = new IllegalStateException("a fault of this trainer");
    RunWorker worker = new RunWorker(registry, new ByLease(), conductor);
    registry.put(RunState.accepted(new RunId("parts"), CONFIGURATION, wall.instant()));

    // When
    worker.start();
    worker.enqueue(new RunId("parts"));
    await(() -> console.toString(StandardCharsets.UTF_8).contains("taken over by trainer"));
    var unfinished = worker.shutDown(Duration.ofMinutes(1));

    // Then
    assertThat(unfinished).isEmpty();
    assertThat(states).extracting(RunState::status).doesNotContain(RunStatus.FAILED);
    assertThat(data.discarded).isEmpty();
  }

  @Test
  void aFailureThatLeavesNoGpuUsableIsNotForgottenWhereAnotherTrainerHasTakenTheRunOver()
      throws Exception {
    // Given
    takenOverAt = "2/1";
    failsAt = "2/1";
    failure = new EngineException("CUDA error: the launch timed out and was terminated");
    RunId run = new RunId("parts");
    registry.put(RunState.accepted(run, CONFIGURATION, wall.instant()));

    // When / Then
    assertThatThrownBy(() -> conduct(run, new StopSignal()))
        .isInstanceOf(TakenOverException.class)
        .hasCause(failure);
    assertThat(states).extracting(RunState::status).doesNotContain(RunStatus.FAILED);
  }

  @Test
  void aRunWhoseCheckpointTheDiskDoesNotTakeWaitsForTheDiskAndContinues() throws Exception {
    // Given
    Files.writeString(directory.resolve("work"), "a file where the folder should be");

    // When
    RunState end = conduct("full", CONFIGURATION);

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(waited)
        .hasSize(1)
        .allMatch(line -> line.startsWith("waiting for the disk: " + directory.resolve("work")));
  }

  @Test
  void aCheckpointWhoseTrainerDiedBeforeItsEventIsAnnouncedByTheNext() throws Exception {
    // Given
    dieBeforeEventOf = "epoch-0001";
    RunId run = new RunId("silent");
    conduct("silent", CONFIGURATION);
    registry.change(run, s -> s.withStatus(RunStatus.RUNNING, Instant.now()));
    dieBeforeEventOf = "";
    checkpoints.clear();
    metrics.clear();

    // When
    conduct(run, new StopSignal());

    // Then
    assertThat(checkpoints)
        .extracting(event -> event.checkpoint().toString())
        .containsExactly("epoch-0001", "epoch-0002-batch-000003", "epoch-0002");
    assertThat(metrics)
        .filteredOn(point -> point.name() == MetricName.CHECKPOINT_SECONDS)
        .extracting(MetricPoint::step)
        .containsExactly(5L, 8L, 10L);
    assertThat(recoveredSince).hasSize(1);
    assertThat(metrics).noneMatch(point -> point.name() == MetricName.RESUMED);
  }

  @Test
  void aCheckpointThatAnEarlierTrainerHadPassedSaysSinceWhenThePointsOfLaterStepsWerePublished()
      throws Exception {
    // Given
    furthestStep = 7;
    dieBeforeEventOf = "epoch-0001";
    RunId run = new RunId("passed");
    conduct("passed", CONFIGURATION);
    registry.change(run, s -> s.withStatus(RunStatus.RUNNING, Instant.now()));

    // When
    Instant second = Instant.now();
    dieBeforeEventOf = "epoch-0002-batch-000003";
    conduct(run, new StopSignal());
    registry.change(run, s -> s.withStatus(RunStatus.RUNNING, Instant.now()));
    dieBeforeEventOf = "";
    conduct(run, new StopSignal());

    // Then
    assertThat(recoveredSince).hasSize(2).first().isEqualTo(BEFORE);
    assertThat(recoveredSince.get(1)).as("step 8 is beyond").isAfter(second);
  }

  @Test
  void aRunWhoseTrainerDiedBeforeTheFirstCheckpointRestartsAndPublishesNoPointTwice()
      throws Exception {
    // Given
    RunId run = new RunId("young");
    registry.put(
        RunState.accepted(run, CONFIGURATION, Instant.now())
            .withStatus(RunStatus.RUNNING, Instant.now()));

    // When
    conduct(run, new StopSignal());

    // Then
    assertThat(recoveredSince).containsExactly(Instant.EPOCH);
    assertThat(data.consumed).hasSize(10).startsWith("1/0");
  }

  @Test
  void aRunThatACommandSendsBackReportsFromWhichStepItsCurvesContinue() throws Exception {
    // Given
    conduct("back", CONFIGURATION);

    // When
    conduct("back", CONFIGURATION.with(Map.of("resume_model", "epoch-0001")));

    // Then
    assertThat(metrics)
        .filteredOn(point -> point.name() == MetricName.RESUMED)
        .extracting(MetricPoint::step, MetricPoint::value)
        .containsExactly(tuple(5L, 5.0));
  }

  @Test
  void aFinishedRunResumesWithALargerNumberOfEpochs() throws Exception {
    // Given
    conduct("more", CONFIGURATION);

    // When
    RunState end =
        conduct("more", CONFIGURATION.with(Map.of("resume_model", "latest", "num_epoch", 3)));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(data.consumed).endsWith("3/0", "3/1", "3/2", "3/3", "3/4").hasSize(15);
    assertThat(end.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(3));
  }

  @Test
  void aRunWhoseLatestCheckpointIsDamagedResumesFromTheOneBeforeAndNamesIt() throws Exception {
    // Given
    conduct("damaged", CONFIGURATION);
    Path weights =
        directory.resolve(
            "s3/buckets/deepspeech/runs/damaged/checkpoints/epoch-0002/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    List<CheckpointId> complete = store.list(new RunId("damaged"));
    CheckpointId from = complete.get(complete.size() - 2);
    data.consumed.clear();

    // When
    RunState end =
        conduct("damaged", CONFIGURATION.with(Map.of("resume_model", "latest", "num_epoch", 3)));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(data.consumed).startsWith("2/3", "2/4", "3/0").hasSize(7);
    String damaged = "checkpoint epoch-0002 of run damaged is damaged: model";
    assertThat(end.warnings())
        .first()
        .asString()
        .startsWith(damaged)
        .endsWith("; skipped, the run resumes from " + from);
    assertThat(console.toString(StandardCharsets.UTF_8)).contains("Warning: " + damaged);
  }

  @Test
  void aNewRunBeginsFromTheWeightsOfAnotherWithAFreshOptimiser() throws Exception {
    // Given
    conduct("first", CONFIGURATION);
    data.consumed.clear();

    // When
    RunState end =
        conduct("second", CONFIGURATION.with(Map.of("pretrained_model", "first/latest")));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(data.consumed).startsWith("1/0").hasSize(10);
    assertThat(checkpoints.get(checkpoints.size() - 1).step()).isEqualTo(10);
  }

  @Test
  void aCheckpointOfAnotherVocabularyIsRejectedWithBoth() throws Exception {
    // Given
    conduct("first", CONFIGURATION);
    data.vocabulary = List.of("<blank>", "a", "b", "d");

    // When
    RunState end = conduct("second", CONFIGURATION.with(Map.of("resume_model", "first/latest")));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.REJECTED);
    assertThat(end.reason())
        .isEqualTo(
            "vocab_path: 4 tokens with \"d\" in line 4 given, allowed: as in checkpoint first/epoch-0002,"
                + " 4 tokens with \"c\" in line 4; another vocabulary requires pretrained_model");
  }

  @Test
  void aRunOfANewerVersionIsNotTrainedWithoutTheArgumentsThatAreUnknownHere() throws Exception {
    // Given
    String accepted =
        """
        {"run": "newer", "status": "accepted", "time": "2026-01-02T03:04:05Z", "unheard_of": [1],
         "configuration": {"num_epoch": 2, "use_gpu": false, "optimiser": "sgd", "momentum": 0.9}}
        """;

    // When
    RunState end = conduct("newer", Json.read(accepted, RunState.class).configuration());

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FAILED);
    assertThat(end.reason())
        .startsWith("configuration: momentum, optimiser: not known to version ")
        .endsWith("; use the version that has written it, or a newer one");
    assertThat(Json.writeText(end)).contains("\"momentum\":0.9", "\"optimiser\":\"sgd\"");
    assertThat(store.list(new RunId("newer"))).isEmpty();
  }

  private RunState conduct(String name, TrainingConfiguration configuration) throws Exception {
    return conduct(name, configuration, StopSignal.Reason.COMMAND);
  }

  private RunState conduct(
      String name, TrainingConfiguration configuration, StopSignal.Reason stopReason)
      throws Exception {
    RunId run = new RunId(name);
    registry.put(RunState.accepted(run, configuration, Clock.systemUTC().instant()));
    reason = stopReason;
    conduct(run, new StopSignal());
    return registry.find(run).orElseThrow();
  }

  private void trainerThatTookOverLeaves() {
    LeaseRecords records = store.leases();
    records.release(records.observe(new RunId("parts")).lease().orElseThrow());
  }

  /** As the worker does. */
  private void conduct(RunId run, StopSignal stop) throws InterruptedException {
    assertThat(leases.acquire(run)).isTrue();
    try {
      conductor.conduct(run, stop);
    } finally {
      leases.release(run);
    }
  }

  private StopSignal.Reason reason = StopSignal.Reason.COMMAND;

  /** SHA-256 of weights and optimiser of the newest checkpoint. */
  private List<String> hashes(String run) {
    RunId id = new RunId(run);
    return store.describe(id, store.latest(id).orElseThrow().checkpoint()).files().stream()
        .filter(
            file -> Set.of(CheckpointFiles.MODEL, CheckpointFiles.OPTIMIZER).contains(file.name()))
        .map(CheckpointFile::sha256)
        .toList();
  }

  /** The disk is mended as soon as the trainer says that it waits for it. */
  private void diskFails(String line) {
    waited.add(line);
    try {
      Files.deleteIfExists(directory.resolve("work"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<CheckpointId> lastCheckpoint(RunId run) {
    return registry.find(run).map(RunState::lastCheckpoint);
  }

  private void given(StopSignal stop, String batch) {
    if (batch.equals(takenOverAt)) {
      RunId run = new RunId("parts");
      await(() -> lastCheckpoint(run).equals(Optional.of(CheckpointId.endOfEpoch(1))));
      LeaseRecords records = store.leases();
      LeaseHolder other = new LeaseHolder("trainer-b", null);
      // A renewal of the lease may come between the two.
      await(() -> records.acquire(run, other, records.observe(run)).isPresent());
      wall.shift(Duration.ofMinutes(1));
    }
    if (batch.equals(lateCommitAt)) {
      var unused =
          store.commit(
              new RunId("parts"),
              CheckpointId.endOfEpoch(1),
              List.of(CheckpointSource.of("training-state.json", new byte[] {1})),
              Map.of());
    }
    if (batch.equals(failsAt)) {
      throw failure;
    }
    if (batch.equals(stopAt)) {
      stop.raise(reason);
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited two minutes").isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** As the pool of trainers does. */
  private final class ByLease implements RunOwnership {
    @Override
    public void refresh() {}

    @Override
    public boolean take(RunId run) {
      return leases.acquire(run);
    }

    @Override
    public boolean isUndecided(RunId run) {
      return leases.isUndecided(run);
    }

    @Override
    public void release(RunId run) {
      leases.release(run);
    }
  }
}
