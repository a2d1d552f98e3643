package deepspeech.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.events.RunStates;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.messages.trainer.TrainerMessage;
import deepspeech.testing.server.TestBroker;
import deepspeech.testing.service.TrainerDouble;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@Tag("integration")
class CommandsIT {
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00Z");
  private static final TrainingConfiguration CONFIGURATION =
      TrainingConfiguration.of(Map.of("num_epoch", 2));

  private EmbeddedKafka kafka;
  private BrokerConfiguration broker;
  private EventPublisher publisher;
  private TrainerDouble trainer;

  @BeforeAll
  void start(@TempDir Path directory) throws InterruptedException {
    kafka = TestBroker.start(directory);
    broker = BrokerConfiguration.of(kafka.bootstrapServers());
    publisher = new EventPublisher(broker, "/test");
    trainer = new TrainerDouble(kafka.bootstrapServers());
  }

  @AfterAll
  void stop() {
    trainer.close();
    publisher.close();
    kafka.close();
  }

  @Test
  void trainReturnsWhenTheRunIsAcceptedWithItsConfiguration() throws Exception {
    // Given
    CommandLineRunner commands = commands();
    // When
    int status = commands.run("train", "trained", "--num_epoch=6", "--use_gpu", "False");

    // Then
    assertThat(commands.err()).isEmpty();
    assertThat(status).isZero();
    assertThat(commands.out())
        .isEqualTo(
            "Run trained: accepted, its arguments are valid. Manifests, vocabulary, feature"
                + " statistics and augmentation file are read when the run starts; deepspeech watch"
                + " trained shows the outcome\n");
    RunState state = new RunStates(broker).newest(new RunId("trained")).orElseThrow();
    assertThat(state.configuration().numEpoch()).isEqualTo(6);
    assertThat(state.configuration().useGpu()).isFalse();
  }

  @Test
  void devicesShowsWhatPyTorchSeesAtEachTrainer() throws Exception {
    // Given
    CommandLineRunner commands = commands();
    ScheduledExecutorService trainers = Executors.newSingleThreadScheduledExecutor();
    var unused =
        trainers.scheduleAtFixedRate(
            () -> {
              var b =
                  publisher.send(
                      new TrainerMessage.Present("trainer-b", 1, "process", "PyTorch, gpu:0 H200"));
              var a = publisher.send(new TrainerMessage.Present("trainer-a", 2, null, null));
              CompletableFuture.allOf(a, b).join();
            },
            0,
            1,
            TimeUnit.SECONDS);

    // When
    int status = commands.run("devices");
    trainers.shutdown();

    // Then
    assertThat(commands.err()).isEmpty();
    assertThat(status).isZero();
    assertThat(commands.out().lines())
        .containsExactly(
            "trainer-a: 2 GPUs; a trainer of this version says more",
            "trainer-b: PyTorch, gpu:0 H200");
  }

  @Test
  void aRejectedCommandShowsItsReasonAndFails() throws Exception {
    // Given
    CommandLineRunner commands = commands();
    commands.run("train", "twice");

    // When
    int status = commands.run("train", "twice");

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .isEqualTo(
            "deepspeech train: run twice: train rejected: run: \"twice\" given, which is running"
                + " already; allowed: a new name, or the command resume\n");
  }

  @Test
  void aRunRejectedByItsStateShowsTheReason() throws Exception {
    // Given
    CommandLineRunner commands = commands();
    CompletableFuture<Void> rejection = new CompletableFuture<>();
    try (EventTail<Command> received =
        EventTail.of(broker, Topics.COMMANDS, Command.class, EventTail.Start.NOW)) {
      Thread rejecting = new Thread(() -> rejectNext(received, rejection));
      rejecting.start();

      // When
      int status = commands.run("train", "ignored-refused");
      rejecting.join();

      // Then
      assertThat(rejection).isCompleted();
      assertThat(status).isEqualTo(1);
      assertThat(commands.err())
          .isEqualTo("deepspeech train: run ignored-refused: train rejected: no GPU is visible\n");
    }
  }

  @Test
  void withoutATrainerTheCommandReportsThatItWaitsForOne() {
    // Given
    CommandLineRunner commands = commands();

    // When
    int status = commands.run("train", "ignored-alone", "--wait=1");

    // Then
    assertThat(status).isEqualTo(4);
    assertThat(commands.err())
        .isEqualTo(
            "deepspeech train: no trainer on %s carried out the command train of run ignored-alone within 1 s; it stays in the topic deepspeech.commands for the next trainer\n"
                .formatted(kafka.bootstrapServers()));
  }

  @Test
  void aCommandThatIsGivenAgainUnderItsIdIsPublishedOnce() throws Exception {
    // Given
    CommandLineRunner commands = commands();
    try (EventTail<Command> published =
        EventTail.of(broker, Topics.COMMANDS, Command.class, EventTail.Start.NOW)) {
      // When
      int first = commands.run("train", "once", "--id=job-1");
      int again = commands.run("train", "once", "--id=job-1");
      int wrong = commands.run("train", "once", "--id= ");

      // Then
      assertThat(first).isZero();
      assertThat(again).isZero();
      assertThat(wrong).isEqualTo(1);
      assertThat(commands.err())
          .isEqualTo("deepspeech train: --id: \" \" given, allowed: 1 to 1000 characters\n");
      assertThat(published.upToNow()).extracting(ReceivedEvent::id).containsExactly("job-1");
    }
  }

  @Test
  void aModelToBeginFromMakesItAFineTuneCommand() throws Exception {
    // Given
    CommandLineRunner commands = commands();
    try (EventTail<Command> received =
        EventTail.of(broker, Topics.COMMANDS, Command.class, EventTail.Start.NOW)) {
      // When
      commands.run("train", "ignored-tuned", "--pretrained_model=other/best", "--wait=1");

      // Then
      Command command = received.next(java.time.Duration.ofSeconds(30)).orElseThrow().body();
      assertThat(command).isInstanceOf(Command.FineTune.class);
    }
  }

  @Test
  void stopReturnsWhenTheRunHasStopped() throws Exception {
    // Given
    CommandLineRunner commands = commands();
    commands.run("train", "stopped");

    // When
    int status = commands.run("stop", "stopped");

    // Then
    assertThat(commands.err()).isEmpty();
    assertThat(status).isZero();
    assertThat(commands.out())
        .endsWith("Run stopped: stopped, last checkpoint epoch-0001-batch-000007\n");
  }

  @Test
  void pinReportsWhatItHasPinnedOrWhyNot() throws Exception {
    // Given
    CommandLineRunner commands = commands();
    commands.run("train", "pinned");

    // When
    int status = commands.run("pin", "pinned", "epoch-0001");

    // Then
    assertThat(commands.err()).isEmpty();
    assertThat(status).isZero();
    assertThat(commands.out()).endsWith("Checkpoint epoch-0001 of run pinned: pinned\n");

    // When
    int refused = commands.run("pin", "nowhere", "epoch-0001");
    int unreadable = commands.run("pin", "pinned", "23");

    // Then
    assertThat(refused).isEqualTo(1);
    assertThat(unreadable).isEqualTo(1);
    assertThat(commands.err())
        .contains("run nowhere: pin rejected: run: \"nowhere\" given, no such run")
        .contains("checkpoint: \"23\" given, allowed: an id such as epoch-0023");
  }

  @Test
  void resumeGivesOnlyWhatChanges() throws Exception {
    // Given
    CommandLineRunner commands = commands();
    commands.run("train", "resumed", "--num_epoch=50", "--batch_size=7", "--use_gpu=False");
    commands.run("stop", "resumed");

    // When
    int status = commands.run("resume", "resumed", "--num_epoch=60");

    // Then
    assertThat(commands.err()).isEmpty();
    assertThat(status).isZero();
    RunState state = new RunStates(broker).newest(new RunId("resumed")).orElseThrow();
    assertThat(state.status()).isEqualTo(RunStatus.ACCEPTED);
    assertThat(state.configuration().numEpoch()).isEqualTo(60);
    assertThat(state.configuration().batchSize()).isEqualTo(7);
  }

  @Test
  void statusShowsStatePositionCheckpointAndBestCer() throws Exception {
    // Given
    publishHistory("shown");
    CommandLineRunner commands = commands();

    // When
    int status = commands.run("status", "shown");

    // Then
    assertThat(status).isZero();
    assertThat(commands.out().lines())
        .containsExactly(
            "RUN    STATE     QUEUE  TRAINER  SINCE  EPOCH  BATCH  STEP  LAST CHECKPOINT  BEST CER  REASON",
            "shown  finished  -      -        -      2/2    63/63  126   epoch-0002       0.2000    -",
            "shown: skipped: 1 missing_audio",
            "shown: the test CER covers 100 of 102 test utterances; 2 were skipped (deepspeech"
                + " check and the topic deepspeech.dead-letters give the reasons)");
  }

  @Test
  void statusOfOneRunShowsItsWarnings() throws Exception {
    // Given
    publisher.publish(
        RunState.accepted(new RunId("warned"), CONFIGURATION, TIME)
            .withStatus(RunStatus.FINISHED, TIME)
            .withPosition(new Position(2, 63, 63, 126), TIME)
            .withData(1000, List.of(), TIME)
            .withData(1000, List.of("vocab_path: kept 3, added 1 (d), dropped 0"), TIME));
    CommandLineRunner commands = commands();

    // When
    int status = commands.run("status", "warned");

    // Then
    assertThat(status).isZero();
    assertThat(commands.out()).endsWith("Warning: vocab_path: kept 3, added 1 (d), dropped 0\n");
  }

  @Test
  void statusOfAnUnknownRunFails() {
    // Given
    CommandLineRunner commands = commands();

    // When
    int status = commands.run("status", "nowhere");

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .isEqualTo("deepspeech status: run: \"nowhere\" given, no such run\n");
  }

  @Test
  void watchShowsARunThatHasEndedFromItsBeginningAndEnds() throws Exception {
    // Given
    publishHistory("watched");
    CommandLineRunner commands = commands();

    // When
    int status = commands.run("watch", "watched");

    // Then
    assertThat(status).isZero();
    List<String> lines =
        commands
            .out()
            .substring(commands.out().indexOf("------------------------------------------------\n"))
            .lines()
            .toList();
    assertThat(commands.out()).startsWith("-----------  Configuration Arguments -----------\n");
    assertThat(lines)
        .containsExactly(
            "------------------------------------------------",
            "Run watched: accepted",
            "Run watched: running",
            "[2026-01-31 12:00:00.000000] number of training samples: 1000",
            "Train [2026-01-31 12:00:00.000000] epoch: [1/2], batch: [0/63], learning rate:"
                + " 0.00100000, train loss: 80.500000, eta: 0:01:05",
            "Skipped: utterance a.wav: missing",
            "Test [2026-01-31 12:00:00.000000] epoch: [1/2], checkpoint: epoch-0001, test cer:"
                + " 0.200000",
            "Run watched: finished, last checkpoint epoch-0002",
            "Test [2026-01-31 12:00:00.000000] epoch: [2/2], checkpoint: epoch-0002, test cer:"
                + " 0.300000",
            "Warning: the test CER covers 100 of 102 test utterances; 2 were skipped (deepspeech"
                + " check and the topic deepspeech.dead-letters give the reasons)",
            "skipped: 1 missing_audio",
            "Best model: epoch-0001 of run watched, test cer: 0.200000, test wer: 0.400000");
  }

  @Test
  void watchOfARunThatFailedFails() throws Exception {
    // Given
    publisher.publish(
        RunState.accepted(new RunId("broken"), CONFIGURATION, TIME)
            .withStatus(RunStatus.FAILED, "no usable utterance", TIME));
    CommandLineRunner commands = commands();

    // When
    int status = commands.run("watch", "broken");

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.out()).contains("Run broken: failed: no usable utterance\n");
  }

  @Test
  void watchOfARunThatWasStoppedHasAStatusOfItsOwn() throws Exception {
    // Given
    publisher.publish(
        RunState.accepted(new RunId("left"), CONFIGURATION, TIME)
            .withStatus(RunStatus.STOPPED, TIME));
    CommandLineRunner commands = commands();

    // When
    int status = commands.run("watch", "left");

    // Then
    assertThat(commands.err()).isEmpty();
    assertThat(status).isEqualTo(3);
  }

  @Test
  void theBrokerOfTheEnvironmentIsUsedWhereNoOptionNamesOne() throws Exception {
    // Given
    publishHistory("by-environment");
    CommandLineRunner commands =
        new CommandLineRunner(Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()));

    // When
    int status = commands.run("status", "by-environment");

    // Then
    assertThat(status).isZero();
    assertThat(commands.out()).contains("by-environment");
  }

  @Test
  void exportWritesTheCurvesOfARunAndReportsEachFile(@TempDir Path folder) throws Exception {
    // Given
    publisher.publish(
        new MetricPoint(new RunId("exported"), MetricName.TRAIN_LOSS, 87.5, 10, 1, 10, TIME));
    publisher.publish(
        new MetricPoint(new RunId("other"), MetricName.TRAIN_LOSS, 12.5, 10, 1, 10, TIME));
    CommandLineRunner commands = commands();

    // When
    int status = commands.run("export", "exported", "--output=" + folder);

    // Then
    assertThat(commands.err()).isEmpty();
    assertThat(status).isZero();
    assertThat(commands.out())
        .isEqualTo(
            """
            %1$s/exported/curves.csv: 1 points of 1 curves
            %1$s/exported/events.out.tfevents.deepspeech: 1 points of 1 curves
            """
                .formatted(folder));
    assertThat(folder.resolve("exported/curves.csv"))
        .hasContent(
            "metric,step,epoch,batch,value,time\ntrain_loss,10,1,10,87.5,2026-01-31T12:00:00Z\n");
  }

  @Test
  void exportNamesWhatItCannotFindOrWrite(@TempDir Path folder) throws Exception {
    // Given
    publisher.publish(
        new MetricPoint(new RunId("kept"), MetricName.TRAIN_LOSS, 87.5, 10, 1, 10, TIME));
    Path file = Files.writeString(folder.resolve("file"), "");
    CommandLineRunner unknown = commands();
    CommandLineRunner blocked = commands();
    CommandLineRunner wrong = commands();

    // When
    List<Integer> statuses =
        List.of(
            unknown.run("export", "kept", "nobody", "--output=" + folder),
            blocked.run("export", "kept", "--output=" + file),
            wrong.run("export", "kept", "--format=png"),
            commands().run("export", "kept", "--format=CSV", "--output=" + folder.resolve("csv")));

    // Then
    assertThat(statuses).containsExactly(1, 1, 2, 0);
    assertThat(unknown.err())
        .isEqualTo(
            "deepspeech export: run: \"nobody\" given, which has no metric point in"
                + " deepspeech.metrics\n");
    assertThat(folder.resolve("kept")).doesNotExist();
    assertThat(folder.resolve("csv/kept")).isDirectoryContaining("glob:**.csv");
    assertThat(blocked.err())
        .isEqualTo(
            "deepspeech export: --output: %s cannot be written: Not a directory\n"
                .formatted(file.resolve("kept")));
    assertThat(wrong.err()).contains("'png'").contains("CSV", "TENSORBOARD");
  }

  private CommandLineRunner commands() {
    return new CommandLineRunner(Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()));
  }

  private void rejectNext(EventTail<Command> received, CompletableFuture<Void> done) {
    try {
      var event = received.next(java.time.Duration.ofMinutes(1)).orElseThrow();
      publisher.publish(
          RunState.rejected(
              event.body().run(),
              event.attributes().orElseThrow().id(),
              "no GPU is visible",
              TIME));
      done.complete(null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      done.completeExceptionally(e);
    }
  }

  /** A run of two epochs as trainer and evaluator publish it. */
  private void publishHistory(String name) throws InterruptedException {
    RunId run = new RunId(name);
    publisher.publish(state(run, RunStatus.ACCEPTED, null, null, null));
    publisher.publish(state(run, RunStatus.RUNNING, new Position(1, 0, 63, 0), null, 1000));
    later();
    publisher.publish(point(run, MetricName.TRAIN_LOSS, 80.5));
    publisher.publish(point(run, MetricName.LEARNING_RATE, 0.001));
    publisher.publish(point(run, MetricName.ETA_SECONDS, 65));
    later();
    publisher.publish(
        DeadLetter.utterance(
            new RunId(name),
            Split.TRAIN,
            new SkippedUtterance(1, "a.wav", SkipReason.MISSING_AUDIO, "missing"),
            TIME));
    later();
    publisher.publish(evaluation(run, 1, 0.2));
    later();
    publisher.publish(
        state(
            run,
            RunStatus.FINISHED,
            new Position(2, 63, 63, 126),
            CheckpointId.endOfEpoch(2),
            1000));
    later();
    publisher.publish(evaluation(run, 2, 0.3));
  }

  /** The order across topics is that of the records' times, which are in milliseconds. */
  private static void later() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(2);
  }

  private static RunState state(
      RunId run, RunStatus status, Position position, CheckpointId checkpoint, Integer samples) {
    RunState state =
        RunState.accepted(run, CONFIGURATION, TIME)
            .withStatus(status, TIME)
            .withPosition(position, TIME)
            .withLastCheckpoint(checkpoint, TIME)
            .withData(samples, List.of(), TIME);
    return samples == null ? state : state.withSkipped(Map.of(SkipReason.MISSING_AUDIO, 1), TIME);
  }

  private static MetricPoint point(RunId run, MetricName name, double value) {
    return new MetricPoint(run, name, value, 1, 1, 1, TIME);
  }

  private static Evaluation evaluation(RunId run, int epoch, double cer) {
    return new Evaluation(
        new TestedCheckpoint(run, CheckpointId.endOfEpoch(epoch), epoch, 63, 63L * epoch),
        new TestErrors(cer, 0.4, 100, epoch, 2000, 1, 1, 1),
        List.of(),
        new TestTiming(1.5, null, TIME));
  }
}
