package deepspeech.messages;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.SampleTranscript;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.TextNormalisation;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.features.UnknownCharacters;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of messages stay as they are in the topics. The files in {@code recorded} hold one
 * message a line. They were written by {@code Json.write} at commit 49e0b46, when each message was
 * one flat record without groups.
 */
class RecordedMessagesTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final RunId RUN = new RunId("demo");
  private static final CheckpointId FIRST = CheckpointId.endOfEpoch(1);
  private static final CheckpointId SECOND = CheckpointId.endOfEpoch(2);
  private static final TrainingConfiguration CONFIGURATION =
      TrainingConfiguration.of(
          Map.of("batch_size", "8", "augment_conf_path", "None", "test_off", true));

  static Stream<Arguments> recorded() throws IOException {
    Map<String, Class<?>> types =
        Map.of(
            "run-state", RunState.class,
            "evaluation", Evaluation.class,
            "data-set-description", DataSetDescription.class,
            "feature-request", FeatureRequest.class,
            "request-refused", RequestRefused.class,
            "checkpoint-committed", CheckpointCommitted.class,
            "dead-letter", DeadLetter.class,
            "metric-point", MetricPoint.class);
    List<Arguments> messages = new ArrayList<>();
    for (Map.Entry<String, Class<?>> file : types.entrySet()) {
      lines(file.getKey()).forEach(line -> messages.add(Arguments.of(file.getValue(), line)));
    }
    return messages.stream();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void aRecordedMessageIsReadAndWrittenAgainWithTheSameBytes(Class<?> type, String line) {
    // When
    byte[] written = Json.write(Json.read(line, type));

    // Then
    assertThat(new String(written, StandardCharsets.UTF_8)).isEqualTo(line);
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void whatANewerVersionAddsIsIgnored(Class<?> type, String line) {
    // Given
    String newer = line.substring(0, line.length() - 1) + ",\"unheard_of\":{\"run\":1}}";

    // When
    Object read = Json.read(newer, type);

    // Then
    assertThat(Json.writeText(read)).isEqualTo(line);
  }

  @Test
  void aStateKeepsTheArgumentsOfANewerVersion() throws IOException {
    // Given
    String recorded =
        lines("run-state").stream()
            .filter(line -> line.contains("\"batch_size\""))
            .findFirst()
            .orElseThrow();
    String newer =
        recorded.replace("\"batch_size\":8", "\"batch_size\":8,\"brand_new\":[1,{\"a\":null}]");
    assertThat(newer).isNotEqualTo(recorded);

    // When
    RunState state = Json.read(newer, RunState.class);

    // Then
    assertThat(state.configuration().unknownArguments()).containsExactly("brand_new");
    assertThat(state.configuration().batchSize()).isEqualTo(8);
    assertThat(state.configuration().asMap()).doesNotContainKey("brand_new");
    assertThat(
            Json.readTree(Json.write(state.withStatus(RunStatus.STOPPED, TIME)))
                .path("configuration"))
        .isEqualTo(Json.readTree(newer.getBytes(StandardCharsets.UTF_8)).path("configuration"));
    assertThat(state.configuration().with(Map.of("num_epoch", 9)).unknownArguments())
        .containsExactly("brand_new");
  }

  @Test
  void statesAreWrittenAsTheyWereRecorded() throws IOException {
    // When
    RunState accepted = RunState.accepted(RUN, CONFIGURATION, TIME).withCommand("id-1", TIME);
    RunState running =
        accepted
            .withCommand("id-2", TIME)
            .withStatus(RunStatus.RUNNING, TIME)
            .withPosition(new Position(2, 3, 40, 43), TIME)
            .withLastCheckpoint(FIRST, TIME)
            .withCheckpoints(List.of(), TIME)
            .withPinned(List.of(), TIME)
            .withData(100, List.of(), TIME)
            .withSkipped(Map.of(), TIME);
    RunState failed =
        accepted
            .withStatus(RunStatus.FAILED, "the loss is not finite", TIME)
            .withPosition(new Position(3, 0, 40, 80), TIME)
            .withLastCheckpoint(SECOND, TIME)
            .withCheckpoints(List.of(FIRST, SECOND), TIME)
            .withPinned(List.of(FIRST), TIME)
            .withData(100, List.of("7 utterances are too long", "你好"), TIME)
            .withSkipped(Map.of(SkipReason.TOO_LONG, 7), TIME);

    // Then
    assertRecorded(
        "run-state",
        accepted,
        RunState.rejected(RUN, "id-1", "batch_size: 0 given, allowed: a whole number from 1", TIME),
        running,
        failed,
        RunState.stopped(RUN, CONFIGURATION, TIME));
  }

  @Test
  void evaluationsAreWrittenAsTheyWereRecorded() throws IOException {
    // Given
    Instant announced = TIME.minusSeconds(60);

    // Then
    assertRecorded(
        "evaluation",
        new Evaluation(
            new TestedCheckpoint(RUN, SECOND, 2, 0, 80),
            new TestErrors(0.25, 0.5, 4, 1, 16, 2, 1, 1),
            List.of(
                new SampleTranscript(1, "a b", "a c", 1), new SampleTranscript(2, null, null, 0)),
            new TestTiming(1.5, announced, TIME)),
        new Evaluation(
            new TestedCheckpoint(RUN, new CheckpointId(3, 20), 3, 20, 100),
            new TestErrors(0, null, 4, 0, 16, 0, 0, 0),
            List.of(),
            new TestTiming(0.25, announced, TIME)));
  }

  @Test
  void deadLettersAreWrittenAsTheyWereRecorded() throws IOException {
    // Given
    byte[] empty = new byte[0];
    byte[] object = "{}".getBytes(StandardCharsets.UTF_8);

    // Then
    assertRecorded(
        "dead-letter",
        DeadLetter.utterance(
            RUN,
            Split.TRAIN,
            new SkippedUtterance(12, "wav/1.wav", SkipReason.TOO_LONG, "the duration is 21.5 s"),
            TIME),
        DeadLetter.rejected(DeadLetter.COMMAND, RUN, "id-1", "run: unknown", object, TIME),
        DeadLetter.unreadable(
            DeadLetter.COMMAND,
            "deepspeech.commands/0/17",
            "not JSON",
            "x".getBytes(StandardCharsets.UTF_8),
            TIME),
        DeadLetter.unreadable(
            DeadLetter.BATCH_REQUEST,
            "demo/train",
            "deepspeech.batch-requests/3/5",
            "empty message, a JSON object is expected",
            empty,
            TIME),
        DeadLetter.rejected(
            DeadLetter.CHECKPOINT, RUN, SECOND.toString(), "no such bucket", object, TIME),
        DeadLetter.unreadable(
            DeadLetter.CHECKPOINT, "demo", "deepspeech.checkpoints/0/3", "not JSON", empty, TIME),
        DeadLetter.delayedTest(RUN, SECOND, "no answer from data-prep", TIME));
  }

  @Test
  void requestsAreWrittenAsTheyWereRecorded() throws IOException {
    // Given
    DataSpecification train =
        new DataSpecification(
            new DataFiles("manifest.train", "vocabulary.txt", "mean_std.npz", "augmentation.json"),
            new DurationLimits(0.5, 20),
            new Batching(16, 60_000, 2, "batch_shuffle_clipped"),
            new TextRules(TextNormalisation.LOWER_CASE, UnknownCharacters.DROP_UTTERANCE),
            7);
    DataSpecification test =
        new DataSpecification(
            new DataFiles("manifest.test", "vocabulary.txt", "mean_std.npz"),
            new DurationLimits(0, 60),
            new Batching(8, "batch_shuffle"),
            TextRules.DEFAULT,
            0);

    // Then
    assertRecorded(
        "feature-request",
        new FeatureRequest.Description(
            "request-1", RUN, Split.TRAIN, train, 2, "deepspeech.features.demo"),
        new FeatureRequest.Batch(
            RUN, Split.TEST, test, "ff00", 1, 0, "deepspeech.features.demo.test"));
  }

  @Test
  void descriptionsAreWrittenAsTheyWereRecorded() throws IOException {
    // Given
    Map<String, String> hashes =
        new TreeMap<>(Map.of("manifest", "0a", "vocabulary", "1b", "mean_std", "2c"));

    // Then
    assertRecorded(
        "data-set-description",
        new DataSetDescription(
            RUN,
            Split.TRAIN,
            "request-1",
            new DataSetVersion("ff00", hashes),
            new UtteranceCounts(4, Map.of(SkipReason.TOO_SHORT, 2), 3),
            new PlannedBatches(new int[] {2, 2}, new BatchShape(2, 160, 8)),
            List.of("one line"),
            List.of("<blank>", "a", "你"),
            new FeatureStatistics(
                new double[] {0.5, -1}, new double[] {1, 2.25}, new byte[] {1, 2, (byte) 200})),
        new DataSetDescription(
            RUN,
            Split.TEST,
            "request-2",
            new DataSetVersion("ff00", Map.of()),
            new UtteranceCounts(0, Map.of(), 0),
            new PlannedBatches(new int[0], new BatchShape(1, 1, 1)),
            List.of(),
            List.of(),
            new FeatureStatistics(new double[0], new double[0], new byte[0])));
  }

  private static void assertRecorded(String file, Object... messages) throws IOException {
    assertThat(Stream.of(messages).map(Json::writeText).toList()).isEqualTo(lines(file));
  }

  private static List<String> lines(String file) throws IOException {
    try (InputStream in =
        RecordedMessagesTest.class.getResourceAsStream("recorded/" + file + ".jsonl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
