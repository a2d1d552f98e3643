package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.events.RunStates;
import deepspeech.broker.events.RunTestResults;
import deepspeech.checkpoint.BestPointer;
import deepspeech.cli.command.Context;
import deepspeech.cli.command.DeepSpeech;
import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is trained again, on the files that it was trained on and on others. */
@Tag("integration")
class ReproduceIT {
  @TempDir private static Path directory;
  private static RunningPipeline pipeline;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    pipeline = new RunningPipeline(directory);
    pipeline.start(1);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void aRunThatWentOnForMoreEpochsIsReproducedInOneGoToTheBit() throws Exception {
    // Given
    RunId run = train("small");
    pipeline.dispatch().sendAndAwaitEnd(new Command.Resume(run, Map.of("num_epoch", 5)));

    // When
    int status = reproduce(run);

    // Then
    // The last test may take more than the second after which a note says so.
    assertThat(err.toString().replace("Waiting for the test of checkpoint epoch-0005\n", ""))
        .isEmpty();
    // Besides the last three the best is kept, and which that is depends on how the run learns.
    String best = best(run);
    assertThat(Stream.of("epoch-0001", "epoch-0002").filter(id -> !id.equals(best)))
        .allSatisfy(
            id -> assertThat(pipeline.folderOf("runs/small/checkpoints/" + id)).doesNotExist());
    assertThat(out.toString())
        .containsPattern("Checkpoint epoch-0001: weights agree \\(SHA-256 [0-9a-f]{64}\\)")
        .containsPattern("Checkpoint epoch-0002: weights agree \\(SHA-256 [0-9a-f]{64}\\)")
        .containsPattern("Checkpoint epoch-0005: weights agree \\(SHA-256 [0-9a-f]{64}\\)")
        .endsWith(
            "Run small was reproduced: run small-reproduced has the same weights at 5 checkpoints, the"
                + " last epoch-0005\n");
    assertThat(status).isZero();
    assertThat(pipeline.runState(new RunId("small-reproduced")).status())
        .isEqualTo(RunStatus.FINISHED);
  }

  @Test
  void aRunWhoseAugmentationFileHasChangedIsTrainedAgainOnlyAnywayAndThenDiffers()
      throws Exception {
    // Given
    RunId run = train("changed");
    augment("changed", -20, -10);

    // When
    int refused = reproduce(run);
    String line = err.toString();
    boolean begun =
        new RunStates(pipeline.broker()).newest(new RunId("changed-reproduced")).isPresent();
    int anyway = reproduce(run, "--anyway", "--as=other");

    // Then
    assertThat(refused).isEqualTo(1);
    assertThat(begun).isFalse();
    assertThat(line)
        .matches(
            "Changed since: augment_conf_path corpus/augmentation-changed.json"
                + " \\(was [0-9a-f]{64}, is [0-9a-f]{64}\\)\n"
                + "deepspeech reproduce: run changed: not trained again, because these changed:"
                + " augment_conf_path corpus/augmentation-changed.json; --anyway trains with the current ones\n");
    assertThat(anyway).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern(
            "Checkpoint epoch-0001: weights differ \\(SHA-256 [0-9a-f]{64}, in run changed [0-9a-f]{64}\\)")
        .contains(
            "Run changed was not reproduced: the weights of run other differ from checkpoint"
                + " epoch-0001 onwards; both have the code version ");
    assertThat(pipeline.runState(new RunId("other")).status()).isEqualTo(RunStatus.FINISHED);
  }

  @Test
  void aRunThatWasResumedWithAnotherLearningRateIsRefusedWithBothValues() throws Exception {
    // Given
    RunId run = train("faster");
    pipeline
        .dispatch()
        .sendAndAwaitEnd(new Command.Resume(run, Map.of("num_epoch", 3, "learning_rate", 0.001)));

    // When
    int status = reproduce(run);

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .isEqualTo(
            "deepspeech reproduce: run faster cannot be reproduced: its training changed:"
                + " between checkpoints epoch-0002 and epoch-0003 it was resumed with another"
                + " configuration (learning_rate was 0.0001, is 0.001, learning_rate_epoch was None,"
                + " is 3)\n");
  }

  /** The second run has all its epochs from the beginning, and its tests take other times. */
  @ParameterizedTest
  @ValueSource(strings = {"plateau", "warmup_cosine"})
  void aLearningRateThatDependsOnTestsOrOnTheEndOfTheRunIsReproducedToTheBit(String schedule)
      throws Exception {
    // Given
    String name = schedule.replace('_', '-');
    Map<String, Object> given =
        Map.of(
            "num_epoch", 3,
            "learning_rate_schedule", schedule,
            "learning_rate_decay", 0.5,
            "plateau_patience", 0,
            "warmup_steps", 3);
    assertThat(pipeline.train(name, given).status()).isEqualTo(RunStatus.FINISHED);
    RunId run = new RunId(name);
    pipeline.dispatch().sendAndAwaitEnd(new Command.Resume(run, Map.of("num_epoch", 5)));

    // When
    int status = reproduce(run);

    // Then
    assertThat(out.toString())
        .endsWith(
            "Run %s was reproduced: run %s-reproduced has the same weights at 5 checkpoints, the last epoch-0005\n"
                .formatted(name, name));
    assertThat(status).isZero();
    List<Double> rates = rates(run);
    assertThat(rates(new RunId(name + "-reproduced"))).isEqualTo(rates);
    assertThat(rates)
        .isEqualTo(
            schedule.equals("plateau")
                ? halvedByTests(errorRates(run))
                : List.of(rates.get(0), rates.get(1), rates.get(2), 1e-6, 1e-6));
  }

  /** Nothing is learnt, so that no test result is better than the first. */
  @Test
  void aRunThatEndedEarlyIsReproducedUpToItsLastCheckpoint() throws Exception {
    // Given
    RunId run = new RunId("early");
    RunState ended =
        pipeline.train(
            "early", Map.of("num_epoch", 6, "learning_rate", 1e-9, "early_stop_patience", 1));

    // When
    int status = reproduce(run);

    // Then
    assertThat(ended.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(ended.reason())
        .matches(
            "early stop after epoch 3 of 6: the best CER is \\d\\.\\d{4}, of epoch 1; test results in a"
                + " row that are not better: 1, up to epoch 2; early_stop_patience is 1");
    assertThat(out.toString())
        .endsWith(
            "Run early was reproduced: run early-reproduced has the same weights at 3 checkpoints, the"
                + " last epoch-0003\n");
    assertThat(status).isZero();
    RunState reproduced = pipeline.runState(new RunId("early-reproduced"));
    assertThat(reproduced.reason()).isNull();
    assertThat(reproduced.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(3));
  }

  @Test
  void aRunThatBeganWithTheAverageOfAnotherIsReproducedToTheBit() throws Exception {
    // Given
    Map<String, Object> averaged = Map.of("num_epoch", 1, "ema_decay", 0.9);
    assertThat(pipeline.train("base", averaged).status()).isEqualTo(RunStatus.FINISHED);
    Map<String, Object> tuned =
        Map.of("num_epoch", 2, "average_checkpoints", 2, "pretrained_model", "base/epoch-0001");
    assertThat(pipeline.train("tuned", tuned).status()).isEqualTo(RunStatus.FINISHED);

    // When
    int status = reproduce(new RunId("tuned"));

    // Then
    assertThat(out.toString())
        .endsWith(
            "Run tuned was reproduced: run tuned-reproduced has the same weights at 2 checkpoints, the last epoch-0002\n");
    assertThat(status).isZero();
    assertThat(averageOf("tuned-reproduced")).isNotEmpty().isEqualTo(averageOf("tuned"));
  }

  private static byte[] averageOf(String run) throws IOException {
    return Files.readAllBytes(
        pipeline.folderOf("runs/%s/checkpoints/epoch-0002/average.safetensors".formatted(run)));
  }

  /** The rates that those of the tests lead to. */
  private static List<Double> halvedByTests(List<Double> errorRates) {
    List<Double> rates = new ArrayList<>();
    double rate = 1e-4;
    double best = errorRates.get(0);
    for (int epoch = 1; epoch <= errorRates.size(); epoch++) {
      if (epoch > 3) {
        double last = errorRates.get(epoch - 3);
        rate = last < best ? rate : rate / 2;
        best = Math.min(last, best);
      }
      rates.add(rate);
    }
    return rates;
  }

  /** The learning rate of the last batch of each epoch. */
  private static List<Double> rates(RunId run) throws InterruptedException {
    Map<Integer, Double> rates = new TreeMap<>();
    try (EventTail<MetricPoint> points =
        EventTail.of(
            pipeline.broker(), Topics.METRICS, MetricPoint.class, EventTail.Start.BEGINNING)) {
      points.upToNow().stream()
          .map(ReceivedEvent::body)
          .filter(point -> point.run().equals(run) && point.name() == MetricName.LEARNING_RATE)
          .forEach(point -> rates.put(point.epoch(), point.value()));
    }
    return List.copyOf(rates.values());
  }

  private static List<Double> errorRates(RunId run) throws InterruptedException {
    return new RunTestResults(pipeline.broker())
        .of(run::equals).get(run).all().stream().map(Evaluation::cer).toList();
  }

  private static String best(RunId run) throws IOException {
    Path pointer = pipeline.folderOf("runs/" + run).resolve("best.json");
    return Json.read(Files.readAllBytes(pointer), BestPointer.class).checkpoint().toString();
  }

  private int reproduce(RunId run, String... options) {
    Context context =
        new Context(
            new PrintWriter(out, true), new PrintWriter(err, true), Map.of(), Clock.systemUTC());
    String[] arguments = new String[options.length + 3];
    arguments[0] = "reproduce";
    arguments[1] = run.value();
    arguments[2] = "--data=" + directory.resolve("stack");
    System.arraycopy(options, 0, arguments, 3, options.length);
    return DeepSpeech.commandLine(context).execute(arguments);
  }

  /** Trains a run of two epochs with an augmentation file of its own. */
  private static RunId train(String name) throws Exception {
    augment(name, -5, 5);
    Map<String, Object> given =
        Map.of("num_epoch", 2, "augment_conf_path", "corpus/augmentation-%s.json".formatted(name));
    assertThat(pipeline.train(name, given).status()).isEqualTo(RunStatus.FINISHED);
    return new RunId(name);
  }

  private static void augment(String name, int least, int most) throws Exception {
    Files.writeString(
        pipeline.datasetRoot().resolve("corpus/augmentation-%s.json".formatted(name)),
        """
        [{"type": "volume", "params": {"min_gain_dBFS": %d, "max_gain_dBFS": %d}, "prob": 1.0}]
        """
            .formatted(least, most));
  }
}
