package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import deepspeech.messages.command.Command;
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
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual's fine-tuning with real services. */
@Tag("integration")
class FineTunePipelineIT {
  @TempDir Path directory;
  private RunningPipeline pipeline;

  @BeforeEach
  void makeCorpus() throws Exception {
    pipeline = new RunningPipeline(directory);
  }

  @AfterEach
  void stop() {
    pipeline.close();
  }

  /** A finished run, a larger num_epoch, old and new data together. */
  @Test
  void aFinishedRunIsFineTunedOnOldAndNewDataAndItsCurvesContinueWithoutGapOrRepetition()
      throws Exception {
    // Given
    Path both = directory.resolve("data/corpus/manifest.train");
    List<String> lines = Files.readAllLines(both);
    Files.write(directory.resolve("data/corpus/manifest.old"), lines.subList(0, 30));
    pipeline.start(1);
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
    Path vocabulary = directory.resolve("data/corpus/vocab.txt");
    List<String> lines = new ArrayList<>(Files.readAllLines(vocabulary));
    lines.remove(lines.size() - 1);
    Files.write(
        directory.resolve("data/corpus/vocab-new.txt"),
        Stream.concat(lines.stream(), Stream.of("中")).toList());
    pipeline.start(1);
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

  /** The points of a curve in the order in which they were published. */
  private List<MetricPoint> points(String run, MetricName name) throws InterruptedException {
    return pipeline.read(Topics.METRICS, MetricPoint.class).stream()
        .filter(point -> point.run().value().equals(run))
        .filter(point -> point.name() == name)
        .toList();
  }
}
