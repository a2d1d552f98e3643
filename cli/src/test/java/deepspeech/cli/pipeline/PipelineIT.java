package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.broker.command.CommandRejectedException;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands to the built services, which nothing disturbs. */
@Tag("integration")
class PipelineIT {
  @TempDir private static Path directory;
  private static UndisturbedRun undisturbed;
  private static RunningPipeline pipeline;

  @BeforeAll
  static void start() throws Exception {
    undisturbed = UndisturbedRun.trained();
    pipeline = new RunningPipeline(directory);
    pipeline.start(1);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void unusableUtterancesAreSkippedAndDeadLetteredAndTheRunEndsWithoutThem() throws Exception {
    // Given
    String damaged =
        """
        {"audio_filepath": "wav/nowhere.wav", "duration": 1.5, "text": "red"}
        this is no JSON
        {"audio_filepath": "corpus/manifest.test", "duration": 1.5, "text": "red"}
        {"audio_filepath": "../../etc/hostname", "duration": 1.5, "text": "red"}
        {"audio_filepath": "wav/nowhere.wav", "duration": 1.5, "text": "\u4e2d\u6587"}
        """;
    Files.writeString(
        corpus("manifest.damaged"), Files.readString(corpus("manifest.train")) + damaged);

    // When
    RunState end =
        pipeline.train(
            "damaged",
            Map.of(
                "train_manifest",
                "corpus/manifest.damaged",
                "num_epoch",
                2,
                "test_off",
                true,
                "max_batch_frames",
                3000));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    // Two epochs of some 40 utterances of about 2 s, a dozen in a batch rather than batch_size.
    assertThat(end.position().batches()).isBetween(2, 10);
    assertThat(end.skipped())
        .isEqualTo(
            Map.of(
                SkipReason.MISSING_AUDIO, 1,
                SkipReason.MALFORMED_LINE, 1,
                SkipReason.BROKEN_AUDIO, 1,
                SkipReason.OUTSIDE_ROOT, 1,
                SkipReason.NO_KNOWN_CHARACTER, 1));
    Map<String, Set<Long>> reasons = new TreeMap<>();
    for (DeadLetter letter : pipeline.read(Topics.DEAD_LETTERS, DeadLetter.class)) {
      if ("damaged".equals(letter.run())) {
        reasons.computeIfAbsent(letter.reason(), r -> new TreeSet<>()).add(letter.utterance());
      }
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
    // Then
    assertRejected(
        "nowhere", Map.of("train_manifest", "corpus/manifest.nowhere"), "manifest.nowhere");
    assertRejected(
        "untested", Map.of("test_manifest", "corpus/manifest.nowhere"), "manifest.nowhere");
    assertRejected("fast", Map.of("use_gpu", true), "use_gpu: True given, allowed: False");
  }

  /** A finished run, a larger num_epoch, old and new data together. */
  @Test
  void aFinishedRunIsFineTunedOnOldAndNewDataAndItsCurvesContinueWithoutGapOrRepetition()
      throws Exception {
    // Given
    List<String> lines = Files.readAllLines(corpus("manifest.train"));
    Files.write(corpus("manifest.old"), lines.subList(0, 30));
    RunState trained =
        pipeline.train("manual", Map.of("train_manifest", "corpus/manifest.old", "num_epoch", 4));
    assertThat(trained.position().step()).isEqualTo(60);

    // When
    RunState tuned =
        pipeline
            .dispatch()
            .sendAndAwaitEnd(
                new Command.Resume(
                    new RunId("manual"),
                    Map.of(
                        "num_epoch",
                        6,
                        "train_manifest",
                        "corpus/manifest.train",
                        "learning_rate",
                        0.0005)));

    // Then
    assertThat(tuned.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(tuned.trainingSamples()).isEqualTo(40);
    List<Long> steps = LongStream.rangeClosed(1, 100).boxed().toList();
    assertThat(points("manual", MetricName.TRAIN_LOSS))
        .extracting(MetricPoint::step)
        .containsExactlyElementsOf(steps);
    List<MetricPoint> rates = points("manual", MetricName.LEARNING_RATE);
    assertThat(rates).extracting(MetricPoint::step).containsExactlyElementsOf(steps);
    assertThat(rates.get(0).value()).isEqualTo(0.0001);
    assertThat(rates.get(59).value()).isCloseTo(0.0001 * Math.pow(0.83, 3), within(1e-12));
    assertThat(rates.get(60).value()).isEqualTo(0.0005);
    assertThat(rates.get(99).value()).isCloseTo(0.0005 * 0.83, within(1e-12));
    assertThat(pipeline.tested("manual")).isEqualTo(RunningPipeline.CHECKPOINTS);
  }

  @Test
  void aNewRunTakesTheWeightsOfAnotherForAnotherVocabularyAndReportsWhatItKept() throws Exception {
    // Given
    List<String> lines = new ArrayList<>(Files.readAllLines(corpus("vocab.txt")));
    lines.remove(lines.size() - 1);
    Files.write(corpus("vocab-new.txt"), Stream.concat(lines.stream(), Stream.of("中")).toList());
    Map<String, Object> brief = Map.of("num_epoch", 1, "test_off", true);
    assertThat(pipeline.train("source", brief).status()).isEqualTo(RunStatus.FINISHED);
    Map<String, Object> given = new LinkedHashMap<>(brief);
    given.put("vocab_path", "corpus/vocab-new.txt");
    given.put("pretrained_model", "source/latest");
    given.put("frozen_layers", "conv.0,conv.1");

    // When
    RunState tuned =
        pipeline
            .dispatch()
            .sendAndAwaitEnd(
                new Command.FineTune(new RunId("tuned"), pipeline.configuration(given)));

    // Then
    assertThat(tuned.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(tuned.warnings().get(0))
        .startsWith("vocab_path: ")
        .contains(": kept %d, added 1 (中), dropped 1 (".formatted(lines.size()));
  }

  @Test
  void commandsThatComeTwiceAndInTheWrongOrderAreCarriedOutOnce() throws Exception {
    // Given
    RunId run = new RunId("repeated");
    TrainingConfiguration configuration = pipeline.configuration(Map.of());
    Command train = new Command.Train(run, configuration);

    // When
    RunState end;
    try (EventPublisher publisher = new EventPublisher(pipeline.broker(), "/twice")) {
      publisher.publish(new Command.Stop(run), "stop-before-train");
      publisher.publish(train, "train");
      publisher.publish(train, "train");
      end = awaitKnownAndFinished(run);
      publisher.publish(train, "train");
      publisher.publish(new Command.Stop(run), "stop-before-train");
      // Commands are taken in order: with this one the others are done.
      var unused = pipeline.train("behind", Map.of("num_epoch", 1, "test_off", true));
    }

    // Then
    assertThat(end.commands()).containsExactly("train");
    assertThat(pipeline.runState(run).status()).isEqualTo(RunStatus.FINISHED);
    undisturbed.assertSame(pipeline, run);
    assertThat(pipeline.read(Topics.DEAD_LETTERS, DeadLetter.class))
        .extracting(DeadLetter::subject)
        .contains("stop-before-train")
        .doesNotContain("train");
  }

  private void assertRejected(String run, Map<String, Object> given, String named) {
    assertThatThrownBy(() -> pipeline.train(run, given))
        .isInstanceOf(CommandRejectedException.class)
        .hasMessageContaining("run " + run + ": train rejected: ")
        .hasMessageContaining(named);
  }

  /** The points of a curve in the order in which they were published. */
  private List<MetricPoint> points(String run, MetricName name) throws InterruptedException {
    return pipeline.read(Topics.METRICS, MetricPoint.class).stream()
        .filter(point -> point.run().value().equals(run))
        .filter(point -> point.name() == name)
        .toList();
  }

  private RunState awaitKnownAndFinished(RunId run) throws InterruptedException {
    try (EventTail<RunState> states =
        EventTail.of(pipeline.broker(), Topics.RUNS, RunState.class, EventTail.Start.BEGINNING)) {
      RunState state;
      do {
        state = states.next(RunningPipeline.LIMIT).orElseThrow().body();
      } while (!state.run().equals(run) || !state.status().ended());
      assertThat(state.status()).isEqualTo(RunStatus.FINISHED);
      return state;
    }
  }

  private static Path corpus(String file) {
    return pipeline.datasetRoot().resolve("corpus").resolve(file);
  }
}
