package deepspeech.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.events.RunStates;
import deepspeech.local.CommandFailedException;
import deepspeech.local.corpus.DemoCorpus;
import deepspeech.local.dispatch.CommandDispatch;
import deepspeech.local.process.ForegroundProgram;
import deepspeech.local.stack.Installation;
import deepspeech.local.stack.LocalStack;
import deepspeech.local.stack.StackSettings;
import deepspeech.local.stack.StackState;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.features.Split;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built services as processes of their own, on the embedded broker and store. */
class PipelineIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Installation INSTALLATION =
      new Installation(Path.of("../..").toAbsolutePath().normalize());

  /** Enough for a stop to arrive before the end. */
  private static final int EPOCHS = 6;

  private static final int STEPS = EPOCHS * 40 / 2;
  private static final List<String> CHECKPOINTS =
      IntStream.rangeClosed(1, EPOCHS)
          .mapToObj(epoch -> CheckpointId.endOfEpoch(epoch).toString())
          .toList();
  private static final String LAST_CHECKPOINT = CHECKPOINTS.get(EPOCHS - 1);

  @TempDir Path directory;
  private LocalStack stack;
  private BrokerConfiguration broker;

  @BeforeEach
  void makeCorpus() throws Exception {
    Path folder = directory.resolve("data/corpus");
    DemoCorpus corpus = DemoCorpus.in(folder, 40, 5);
    corpus.make(spoken -> {});
    int status =
        ForegroundProgram.run(
            INSTALLATION.prepare(
                List.of(
                    "--manifest=" + corpus.manifest(Split.TRAIN),
                    "--vocab-path=" + folder.resolve("vocab.txt"),
                    "--mean-std-path=" + folder.resolve("mean_std.npz"))));
    assertThat(status).isZero();
  }

  @AfterEach
  void stopStack() {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void theWeightsDependNeitherOnReplicasNorOnTheirDeathNorOnStopAndResumeToTheBit()
      throws Exception {
    // Given
    startStack(1);
    RunState whole = train("whole", Map.of());
    assertThat(whole.status()).isEqualTo(RunStatus.FINISHED);
    RunState onlyKilled = trainWhileDataPrepIsKilled("only-killed");
    stack.close();

    // When
    startStack(2);
    RunState shared = train("shared", Map.of());
    RunState oneKilled = trainWhileDataPrepIsKilled("one-killed");
    RunState parts = trainInTwoParts("parts");

    // Then
    assertThat(shared.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(parts.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(onlyKilled.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(oneKilled.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(weights("only-killed")).isEqualTo(weights("whole"));
    assertThat(weights("one-killed")).isEqualTo(weights("whole"));
    assertThat(weights("shared")).isEqualTo(weights("whole"));
    assertThat(weights("parts")).isEqualTo(weights("whole"));
    Map<Long, Double> losses = losses("whole");
    assertThat(losses).hasSize(STEPS);
    assertThat(losses("shared")).isEqualTo(losses);
    assertThat(losses("parts")).isEqualTo(losses);
    assertThat(losses("only-killed")).isEqualTo(losses);
    assertThat(losses("one-killed")).isEqualTo(losses);
    assertThat(tested("whole")).isEqualTo(CHECKPOINTS);
    assertThat(tested("shared")).isEqualTo(CHECKPOINTS);
    assertThat(stack.folderOf("runs/parts")).isDirectoryContaining("glob:**best.json");
  }

  @Test
  void utterancesThatCannotBeUsedAreLeftOutAndDeadLetteredAndTheRunEndsWithoutThem()
      throws Exception {
    // Given
    Path manifest = directory.resolve("data/corpus/manifest.train");
    Files.writeString(
        manifest,
        """
        {"audio_filepath": "wav/nowhere.wav", "duration": 1.5, "text": "red"}
        this is no JSON
        {"audio_filepath": "corpus/manifest.test", "duration": 1.5, "text": "red"}
        {"audio_filepath": "../../etc/hostname", "duration": 1.5, "text": "red"}
        {"audio_filepath": "wav/nowhere.wav", "duration": 1.5, "text": "\u4e2d\u6587"}
        """,
        StandardCharsets.UTF_8,
        StandardOpenOption.APPEND);
    startStack(1);

    // When
    RunState end =
        train("damaged", Map.of("num_epoch", 2, "test_off", true, "max_batch_frames", 3000));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    // Two epochs of some 40 utterances of about 2 s, a dozen in a batch rather than batch_size.
    assertThat(end.position().batches()).isBetween(2, 10);
    assertThat(end.leftOut())
        .isEqualTo(
            Map.of(
                LeftOutReason.MISSING_AUDIO, 1,
                LeftOutReason.MALFORMED_LINE, 1,
                LeftOutReason.BROKEN_AUDIO, 1,
                LeftOutReason.OUTSIDE_ROOT, 1,
                LeftOutReason.NO_KNOWN_CHARACTER, 1));
    Map<String, Set<Long>> reasons = new TreeMap<>();
    for (DeadLetter letter : read(Topics.DEAD_LETTERS, DeadLetter.class)) {
      reasons.computeIfAbsent(letter.reason(), r -> new TreeSet<>()).add(letter.utterance());
    }
    assertThat(reasons)
        .containsEntry("missing_audio", Set.of(41L))
        .containsEntry("malformed_line", Set.of(42L))
        .containsEntry("broken_audio", Set.of(43L))
        .containsEntry("outside_root", Set.of(44L))
        .containsEntry("no_known_character", Set.of(45L))
        .hasSize(5);
  }

  @Test
  void aRunThatCannotBeTrainedIsRejectedWithTheFileOrArgumentThatIsWrong() throws Exception {
    // Given
    startStack(1);

    // Then
    assertRejected(
        "nowhere", Map.of("train_manifest", "corpus/manifest.nowhere"), "manifest.nowhere");
    assertRejected(
        "untested", Map.of("test_manifest", "corpus/manifest.nowhere"), "manifest.nowhere");
    assertRejected("fast", Map.of("use_gpu", true), "use_gpu: \"True\" given, allowed: False");
  }

  private void assertRejected(String run, Map<String, Object> given, String named) {
    assertThatThrownBy(() -> train(run, given))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("run " + run + ": train rejected: ")
        .hasMessageContaining(named);
  }

  private void startStack(int replicas) throws InterruptedException {
    OptionalInt free = OptionalInt.empty();
    stack =
        new LocalStack(
            INSTALLATION,
            new StackSettings(
                directory.resolve("stack"),
                directory.resolve("data"),
                replicas,
                free,
                free,
                free,
                free,
                free),
            line -> {});
    StackState state = stack.start();
    broker = BrokerConfiguration.of(state.bootstrapServers());
  }

  private TrainingConfiguration configuration(Map<String, Object> given) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("train_manifest", "corpus/manifest.train");
    all.put("test_manifest", "corpus/manifest.test");
    all.put("vocab_path", "corpus/vocab.txt");
    all.put("mean_std_path", "corpus/mean_std.npz");
    all.put("augment_conf_path", "None");
    all.put("num_rnn_layers", 1);
    all.put("rnn_layer_size", 32);
    all.put("batch_size", 2);
    all.put("num_epoch", EPOCHS);
    all.put("log_interval", 1);
    all.put("shuffle_method", "batch_shuffle");
    all.put("use_gpu", false);
    all.putAll(given);
    return TrainingConfiguration.of(all);
  }

  private RunState train(String run, Map<String, Object> given) throws InterruptedException {
    return dispatch().sendAndAwaitEnd(new Command.Train(new RunId(run), configuration(given)));
  }

  private RunState trainInTwoParts(String name) throws InterruptedException {
    RunId run = new RunId(name);
    try (EventTail<MetricPoint> metrics =
        EventTail.of(broker, Topics.METRICS, MetricPoint.class, EventTail.Start.NOW)) {
      dispatch().send(new Command.Train(run, configuration(Map.of())));
      // Points of earlier runs' tests may still come.
      while (!metrics.next(LIMIT).orElseThrow().body().run().equals(run)) {}
    }
    RunState stopped = dispatch().sendAndAwaitEnd(new Command.Stop(run));
    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.position().step()).isBetween(1L, STEPS - 1L);
    dispatch().send(new Command.Resume(run, Map.of()));
    return awaitFinished(run);
  }

  /** One replica is killed in the middle of the second epoch; the supervisor starts it again. */
  private RunState trainWhileDataPrepIsKilled(String name) throws Exception {
    RunId run = new RunId(name);
    try (EventTail<MetricPoint> metrics =
        EventTail.of(broker, Topics.METRICS, MetricPoint.class, EventTail.Start.NOW)) {
      dispatch().send(new Command.Train(run, configuration(Map.of())));
      MetricPoint point;
      do {
        point = metrics.next(LIMIT).orElseThrow().body();
      } while (!point.run().equals(run) || point.epoch() < 2 || point.batch() < 5);
    }
    ProcessHandle replica =
        ProcessHandle.current()
            .children()
            .filter(child -> child.info().commandLine().orElse("").contains("data-prep-service"))
            .findFirst()
            .orElseThrow();
    assertThat(replica.destroyForcibly()).isTrue();
    replica.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    RunState atDeath = new RunStates(broker).newest(run).orElseThrow();
    assertThat(atDeath.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(atDeath.position().step()).isLessThan(STEPS);
    return awaitFinished(run);
  }

  private RunState awaitFinished(RunId run) throws InterruptedException {
    while (true) {
      RunState state = new RunStates(broker).newest(run).orElseThrow();
      assertThat(state.status()).isNotEqualTo(RunStatus.FAILED);
      if (state.status() == RunStatus.FINISHED) {
        return state;
      }
    }
  }

  private CommandDispatch dispatch() {
    return new CommandDispatch(broker, LIMIT);
  }

  /** SHA-256 of the weights after the last epoch. */
  private String weights(String run) throws InterruptedException {
    return read(Topics.CHECKPOINTS, CheckpointPublished.class).stream()
        .filter(event -> event.run().value().equals(run))
        .filter(event -> event.checkpoint().toString().equals(LAST_CHECKPOINT))
        .flatMap(event -> event.files().stream())
        .filter(file -> file.name().equals("model.safetensors"))
        .map(CheckpointFile::sha256)
        .findFirst()
        .orElseThrow();
  }

  private Map<Long, Double> losses(String run) throws InterruptedException {
    return read(Topics.METRICS, MetricPoint.class).stream()
        .filter(point -> point.run().value().equals(run))
        .filter(point -> point.name() == MetricName.TRAIN_LOSS)
        .collect(
            Collectors.toMap(
                MetricPoint::step, MetricPoint::value, (one, other) -> one, TreeMap::new));
  }

  /** The checkpoints tested, waiting until the last one is. */
  private List<String> tested(String run) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      List<String> tested =
          read(Topics.EVALUATIONS, Evaluation.class).stream()
              .filter(evaluation -> evaluation.run().value().equals(run))
              .map(evaluation -> evaluation.checkpoint().toString())
              .toList();
      if (tested.contains(LAST_CHECKPOINT) || System.nanoTime() > deadline) {
        return tested;
      }
    }
  }

  private <T> List<T> read(String topic, Class<T> type) throws InterruptedException {
    try (EventTail<T> tail = EventTail.of(broker, topic, type, EventTail.Start.BEGINNING)) {
      return tail.upToNow().stream().map(ReceivedEvent::body).toList();
    }
  }
}
