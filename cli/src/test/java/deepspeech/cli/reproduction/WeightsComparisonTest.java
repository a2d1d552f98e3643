package deepspeech.cli.reproduction;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightsComparisonTest {
  private static final RunId AGAIN = new RunId("again");
  private static final CheckpointId FIRST = CheckpointId.endOfEpoch(1);
  private static final CheckpointId SECOND = CheckpointId.endOfEpoch(2);
  private static final CheckpointId INSIDE = new CheckpointId(2, 5);

  private final WeightsComparison comparison =
      new WeightsComparison(original(event(FIRST, "a", "c1"), event(SECOND, "b", "c1")));

  @Test
  void weightsThatAreEqualEverywhereAgree() {
    // When
    List<String> lines =
        List.of(
            comparison.accept(event(FIRST, "a", "c1")).orElseThrow(),
            comparison.accept(event(SECOND, "b", "c2")).orElseThrow());

    // Then
    assertThat(lines)
        .containsExactly(
            "Checkpoint epoch-0001: weights agree (SHA-256 a)",
            "Checkpoint epoch-0002: weights agree (SHA-256 b)");
    assertThat(comparison.agrees()).isTrue();
    assertThat(comparison.summary(AGAIN))
        .isEqualTo(
            "Run demo was reproduced: run again has the same weights at 2 checkpoints, the last"
                + " epoch-0002");
  }

  @Test
  void oneCheckpointThatDiffersIsEnoughAndIsNamedWithTheCodeOfBoth() {
    // When
    var first = comparison.accept(event(FIRST, "a", "c1"));
    var second = comparison.accept(event(SECOND, "x", "c2"));

    // Then
    assertThat(first).contains("Checkpoint epoch-0001: weights agree (SHA-256 a)");
    assertThat(second).contains("Checkpoint epoch-0002: weights differ (SHA-256 x, in run demo b)");
    assertThat(comparison.agrees()).isFalse();
    assertThat(comparison.summary(AGAIN))
        .isEqualTo(
            "Run demo was not reproduced: the weights of run again differ from checkpoint"
                + " epoch-0002 onwards; the code version is 0.1.0 (commit c2), was 0.1.0 (commit c1); run"
                + " demo has no record of its threads and processor, which determine how sums"
                + " round");
  }

  @Test
  void averagedWeightsAreComparedToo() {
    // Given
    WeightsComparison averaged =
        new WeightsComparison(original(averaged(FIRST, "a", "m"), averaged(SECOND, "b", "n")));

    // When
    var first = averaged.accept(averaged(FIRST, "a", "m"));
    var second = averaged.accept(averaged(SECOND, "b", "x"));

    // Then
    assertThat(first).contains("Checkpoint epoch-0001: weights agree (SHA-256 a)");
    assertThat(second)
        .contains("Checkpoint epoch-0002: averaged weights differ (SHA-256 x, in run demo n)");
    assertThat(averaged.agrees()).isFalse();
  }

  @Test
  void whatWasComputedOtherwiseIsNamedWithBothValues() {
    // Given
    CpuProvenance two = new CpuProvenance(2, "AVX512", "GenuineIntel avx2 avx512f fma");
    CpuProvenance one = new CpuProvenance(1, "AVX2", "AuthenticAMD avx2 fma");
    WeightsComparison computed = new WeightsComparison(original(event(FIRST, "a", "c1", two)));
    WeightsComparison alike = new WeightsComparison(original(event(FIRST, "a", "c1", two)));

    // When
    var line = computed.accept(event(FIRST, "x", "c1", one));
    var other = alike.accept(event(FIRST, "x", "c1", two));

    // Then
    assertThat(line).isPresent();
    assertThat(computed.summary(AGAIN))
        .endsWith(
            "; both have the code version 0.1.0 (commit c1); sums round differently because"
                + " of cpu_threads 1, was 2; PyTorch's kernels AVX2, were AVX512; processor"
                + " AuthenticAMD avx2 fma, was GenuineIntel avx2 avx512f fma");
    assertThat(other).isPresent();
    assertThat(alike.summary(AGAIN))
        .endsWith("; both were computed with 2 threads on GenuineIntel avx2 avx512f fma");
  }

  @Test
  void checkpointsThatTheOriginalDoesNotHaveAreNotComparedAndNoneInCommonIsNoAgreement() {
    // When
    var line = comparison.accept(event(INSIDE, "z", "c1"));

    // Then
    assertThat(line).isEmpty();
    assertThat(comparison.agrees()).isFalse();
    assertThat(comparison.summary(AGAIN))
        .isEqualTo(
            "Runs again and demo have no known checkpoint in common: nothing was" + " compared");
  }

  @Test
  void anEventThatArrivesTwiceIsComparedOnce() {
    // When
    var first = comparison.accept(event(FIRST, "a", "c1"));
    var repeated = comparison.accept(event(FIRST, "a", "c1"));

    // Then
    assertThat(first).isPresent();
    assertThat(repeated).isEmpty();
    assertThat(comparison.agrees()).isTrue();
  }

  private static RecordedRun original(CheckpointCommitted... events) {
    return RecordedRun.of(
        RunState.accepted(new RunId("demo"), TrainingConfiguration.defaults(), Instant.EPOCH)
            .withStatus(RunStatus.FINISHED, Instant.EPOCH)
            .withLastCheckpoint(SECOND, Instant.EPOCH),
        List.of(events),
        List.of(),
        List.of());
  }

  private static CheckpointCommitted event(CheckpointId id, String weights, String commit) {
    return RecordedRunTest.event(id, weights, provenance(commit));
  }

  private static CheckpointCommitted event(
      CheckpointId id, String weights, String commit, CpuProvenance cpu) {
    return RecordedRunTest.event(id, weights, provenance(commit).computedOn(cpu));
  }

  private static CheckpointCommitted averaged(CheckpointId id, String weights, String average) {
    return CheckpointCommitted.untested(
            new RunId("demo"),
            id,
            1,
            "s3://b/",
            List.of(
                new CheckpointFile("model.safetensors", 1, weights),
                new CheckpointFile("average.safetensors", 1, average)),
            Instant.EPOCH)
        .with(null, provenance("c1"));
  }

  private static Provenance provenance(String commit) {
    return Provenance.of(
        TrainingConfiguration.defaults(),
        Map.of(),
        Map.of(),
        new CodeVersion("0.1.0", commit, false));
  }
}
