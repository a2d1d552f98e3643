package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.command.CommandRejectedException;
import deepspeech.broker.events.RunStates;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built services as processes of their own, on the embedded broker and store. */
@Tag("integration")
class PipelineIT {
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

  @Test
  void theWeightsDependNeitherOnReplicasNorOnTheirDeathNorOnStopAndResumeToTheBit()
      throws Exception {
    // Given
    pipeline.start(1);
    UndisturbedRun undisturbed = UndisturbedRun.train(pipeline);
    RunState onlyKilled = trainWhileDataPrepIsKilled("only-killed");

    // When
    pipeline.start(2);
    RunState shared = pipeline.train("shared", Map.of());
    RunState oneKilled = trainWhileDataPrepIsKilled("one-killed");
    RunState parts = trainInTwoParts("parts");

    // Then
    assertThat(shared.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(parts.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(onlyKilled.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(oneKilled.status()).isEqualTo(RunStatus.FINISHED);
    for (RunState other : List.of(shared, parts, onlyKilled, oneKilled)) {
      undisturbed.assertSameTraining(other.run());
    }
    assertThat(pipeline.losses(UndisturbedRun.NAME)).hasSize(RunningPipeline.STEPS);
    assertThat(pipeline.tested(UndisturbedRun.NAME)).isEqualTo(RunningPipeline.CHECKPOINTS);
    assertThat(pipeline.tested("shared")).isEqualTo(RunningPipeline.CHECKPOINTS);
    assertThat(pipeline.folderOf("runs/parts")).isDirectoryContaining("glob:**best.json");
  }

  @Test
  void unusableUtterancesAreSkippedAndDeadLetteredAndTheRunEndsWithoutThem() throws Exception {
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
    pipeline.start(1);

    // When
    RunState end =
        pipeline.train(
            "damaged", Map.of("num_epoch", 2, "test_off", true, "max_batch_frames", 3000));

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
    pipeline.start(1);

    // Then
    assertRejected(
        "nowhere", Map.of("train_manifest", "corpus/manifest.nowhere"), "manifest.nowhere");
    assertRejected(
        "untested", Map.of("test_manifest", "corpus/manifest.nowhere"), "manifest.nowhere");
    assertRejected("fast", Map.of("use_gpu", true), "use_gpu: \"True\" given, allowed: False");
  }

  private void assertRejected(String run, Map<String, Object> given, String named) {
    assertThatThrownBy(() -> pipeline.train(run, given))
        .isInstanceOf(CommandRejectedException.class)
        .hasMessageContaining("run " + run + ": train rejected: ")
        .hasMessageContaining(named);
  }

  private RunState trainInTwoParts(String name) throws InterruptedException {
    RunId run = new RunId(name);
    pipeline.trainInto(run, point -> true);
    RunState stopped = pipeline.dispatch().sendAndAwaitEnd(new Command.Stop(run));
    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.position().step()).isBetween(1L, RunningPipeline.STEPS - 1L);
    pipeline.dispatch().send(new Command.Resume(run, Map.of()));
    return pipeline.awaitFinished(run);
  }

  /** One replica is killed in the middle of the second epoch; the supervisor starts it again. */
  private RunState trainWhileDataPrepIsKilled(String name) throws Exception {
    RunId run = new RunId(name);
    pipeline.trainInto(run, point -> point.epoch() >= 2 && point.batch() >= 5);
    ProcessHandle replica = RunningPipeline.process("data-prep-service");
    assertThat(replica.destroyForcibly()).isTrue();
    replica.onExit().get(RunningPipeline.LIMIT.toSeconds(), TimeUnit.SECONDS);
    RunState atDeath = new RunStates(pipeline.broker()).newest(run).orElseThrow();
    assertThat(atDeath.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(atDeath.position().step()).isLessThan(RunningPipeline.STEPS);
    return pipeline.awaitFinished(run);
  }
}
