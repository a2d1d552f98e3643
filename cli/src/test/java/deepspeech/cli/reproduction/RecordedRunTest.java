package deepspeech.cli.reproduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RecordedRunTest {
  private static final RunId RUN = new RunId("demo");
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00Z");
  private static final TrainingConfiguration CONFIGURATION =
      TrainingConfiguration.of(Map.of("use_gpu", false, "num_epoch", 3));
  private static final Provenance PROVENANCE = provenance(CONFIGURATION, "m1");

  @Test
  void aFinishedRunIsTrainedAgainWithItsConfiguration() {
    // Given
    RecordedRun run = run(CONFIGURATION, event(1, "a"), event(2, "b"), event(3, "c"));

    // Then
    assertThat(run.rerun()).isEqualTo(CONFIGURATION);
  }

  @Test
  void aRunThatWasResumedForMoreEpochsIsTrainedAgainFromItsBeginningInOneGo() {
    // Given
    RecordedRun run =
        run(
            CONFIGURATION.with(
                Map.of(
                    "num_epoch", 9, "resume_model", "latest", "log_interval", 1, "test_off", true)),
            event(1, "a"),
            event(2, "b"),
            event(3, "c"));

    // When
    TrainingConfiguration rerun = run.rerun();

    // Then
    assertThat(rerun).isEqualTo(CONFIGURATION.with(Map.of("log_interval", 1, "test_off", true)));
  }

  @Test
  void aRunThatEndedEarlyIsTrainedAgainToItsLastCheckpointWhateverItsTestResults() {
    // Given
    RecordedRun run =
        run(
            CONFIGURATION.with(
                Map.of("num_epoch", 9, "early_stop_patience", 1, "early_stop_epoch", 2)),
            event(1, "a"),
            event(2, "b"),
            event(3, "c"));

    // Then
    assertThat(run.rerun()).isEqualTo(CONFIGURATION);
  }

  @Test
  void aRunThatBeganWithAModelOfAnotherBeginsWithThatCheckpointAgain() {
    // Given
    String base = "s3://deepspeech/runs/base/checkpoints/epoch-0002/";
    RecordedRun run =
        RecordedRun.of(
            state(CONFIGURATION.with(Map.of("resume_model", "base/latest")), 3),
            List.of(event(3, "c", PROVENANCE.begunWith(Argument.RESUME_MODEL, base, "w"))),
            List.of(),
            List.of());

    // When
    TrainingConfiguration rerun = run.rerun();

    // Then
    assertThat(rerun.resumeModel().map(Object::toString))
        .contains("s3://deepspeech/runs/base/checkpoints/epoch-0002");
    assertThat(run.begunWith().map(RecordedRun.BegunWith::weights)).contains("w");
  }

  @Test
  void aRunOnAGpuIsRefused() {
    assertRefused(
        run(CONFIGURATION.with(Map.of("use_gpu", true)), event(1, "a")),
        "run demo cannot be reproduced: it was trained on a GPU, where the order of summation varies,"
            + " so that no two runs have the same weights; allowed: a run with use_gpu=False");
  }

  @Test
  void aRunThatIsUnderWayIsRefused() {
    assertRefused(
        RecordedRun.of(
            RunState.accepted(RUN, CONFIGURATION, TIME)
                .withStatus(RunStatus.RUNNING, TIME)
                .withLastCheckpoint(CheckpointId.endOfEpoch(1), TIME),
            List.of(event(1, "a")),
            List.of(),
            List.of()),
        "run demo cannot be reproduced: it is running; allowed: a run that has ended");
  }

  @Test
  void aRunThatWasRejectedIsRefused() {
    assertRefused(
        RecordedRun.of(
            RunState.rejected(RUN, "id", "seed: no", TIME), List.of(), List.of(), List.of()),
        "run demo cannot be reproduced: it was rejected and never trained: seed: no");
  }

  @Test
  void aRunWithoutAKnownCheckpointIsRefused() {
    assertRefused(
        run(CONFIGURATION),
        "run demo cannot be reproduced: it has no known checkpoint: the store has none, and"
            + " events are kept for 30 days");
  }

  @Test
  void aRunThatWasResumedWithAnotherConfigurationIsRefusedWithTheCheckpointsBetween() {
    // Given
    TrainingConfiguration changed = CONFIGURATION.with(Map.of("learning_rate", 0.5));

    // Then
    assertRefused(
        run(changed, event(1, "a"), event(2, "b", provenance(changed, "m1"))),
        "run demo cannot be reproduced: its training changed: between checkpoints"
            + " epoch-0001 and epoch-0002 it was resumed with another configuration (SHA-256 was"
            + " %s, is %s)".formatted(Provenance.hash(CONFIGURATION), Provenance.hash(changed)));
  }

  @Test
  void whereBothConfigurationsAreKnownTheArgumentsThatDifferAreNamedWithBothValues() {
    // Given
    TrainingConfiguration changed =
        CONFIGURATION.with(Map.of("learning_rate", 0.5, "num_epoch", 9, "devices", "cpu"));

    // Then
    assertRefused(
        RecordedRun.of(
            state(changed, 2),
            List.of(event(1, "a"), event(2, "b", provenance(changed, "m1"))),
            List.of(),
            List.of(CONFIGURATION)),
        "run demo cannot be reproduced: its training changed: between checkpoints"
            + " epoch-0001 and epoch-0002 it was resumed with another configuration (devices was"
            + " None, is cpu, learning_rate was 0.0001, is 0.5)");
  }

  @Test
  void
      aRunThatWasResumedWithAnotherConfigurationInVainIsTrainedAgainWithTheOneThatItWasTrainedWith() {
    // Given
    RecordedRun run =
        RecordedRun.of(
            state(CONFIGURATION.with(Map.of("seed", 7, "use_gpu", true)), 3),
            List.of(event(3, "a")),
            List.of(),
            List.of(CONFIGURATION));

    // Then
    assertThat(run.rerun()).isEqualTo(CONFIGURATION);
  }

  @Test
  void aRunThatWasResumedWithOtherDataIsRefusedWithBothHashes() {
    assertRefused(
        run(CONFIGURATION, event(1, "a"), event(2, "b", provenance(CONFIGURATION, "m2"))),
        "run demo cannot be reproduced: its training changed: between checkpoints"
            + " epoch-0001 and epoch-0002 it was resumed with another manifest (was m1, is m2)");
  }

  @Test
  void aRunIsTrainedAgainWithItsNumberOfThreads() {
    // Given
    Provenance provenance =
        PROVENANCE.computedOn(new CpuProvenance(3, "AVX2", "AuthenticAMD avx2 fma"));

    // When
    TrainingConfiguration rerun =
        run(CONFIGURATION, event(1, "a", provenance), event(2, "b", provenance)).rerun();

    // Then
    assertThat(rerun.cpuThreads()).contains(3);
    assertThat(run(CONFIGURATION, event(1, "a")).rerun().cpuThreads()).isEmpty();
  }

  @Test
  void aRunThatWasResumedOnAnotherProcessorIsRefusedWithBoth() {
    assertRefused(
        run(
            CONFIGURATION,
            event(1, "a", PROVENANCE.computedOn(new CpuProvenance(2, "AVX512", "GenuineIntel"))),
            event(2, "b", PROVENANCE.computedOn(new CpuProvenance(1, "AVX512", "GenuineIntel")))),
        "run demo cannot be reproduced: its training changed: between checkpoints"
            + " epoch-0001 and epoch-0002 it was resumed with cpu_threads 1, was 2");
  }

  @Test
  void aRunWhoseConfigurationNoCheckpointHasIsRefused() {
    assertRefused(
        run(CONFIGURATION.with(Map.of("seed", 7)), event(1, "a")),
        "run demo cannot be reproduced: its configuration has changed since checkpoint epoch-0001,"
            + " and the earlier configuration is unknown");
  }

  @Test
  void aRunFromBeforeProvenanceWasRecordedIsRefused() {
    assertRefused(
        run(CONFIGURATION, event(1, "a", null)),
        "run demo cannot be reproduced: checkpoint epoch-0001 has no record of its"
            + " configuration and data: an earlier version wrote it");
  }

  @Test
  void anotherVersionOfTheTrainerOnTheWayIsNoReasonToRefuse() {
    // Given
    Provenance other =
        Provenance.of(
            CONFIGURATION, Map.of("manifest", "m1"), Map.of(), new CodeVersion("9", "f", true));

    // Then
    assertThat(run(CONFIGURATION, event(1, "a"), event(3, "c", other)).rerun())
        .isEqualTo(CONFIGURATION);
  }

  @Test
  void ofARunThatWentBackOnlyTheTrainingThatCountsIsKept() {
    // Given
    CheckpointId stopped = new CheckpointId(3, 10);
    RecordedRun run =
        RecordedRun.of(
            state(CONFIGURATION, 3),
            List.of(
                event(1, "a"),
                event(2, "b"),
                event(stopped, "old", PROVENANCE),
                event(2, "b2"),
                event(1, "a"),
                event(3, "c2"),
                event(4, "beyond")),
            List.of(),
            List.of());

    // Then
    assertThat(weights(run.checkpoints()))
        .isEqualTo(Map.of("epoch-0001", "a", "epoch-0002", "b2", "epoch-0003", "c2"));
  }

  @Test
  void whatIsInTheStoreCountsMoreThanAnEventAndIsKnownWithoutOne() {
    // Given
    RecordedRun run =
        RecordedRun.of(
            state(CONFIGURATION, 3),
            List.of(event(1, "a"), event(2, "b")),
            List.of(stored(2, "b2"), stored(3, "c")),
            List.of());

    // Then
    assertThat(weights(run.checkpoints()))
        .isEqualTo(Map.of("epoch-0001", "a", "epoch-0002", "b2", "epoch-0003", "c"));
    assertThat(run.rerun()).isEqualTo(CONFIGURATION);
  }

  private static void assertRefused(RecordedRun run, String line) {
    assertThatThrownBy(run::rerun).isInstanceOf(CommandFailedException.class).hasMessage(line);
  }

  static Provenance provenance(TrainingConfiguration configuration, String manifest) {
    return Provenance.of(
        configuration,
        Map.of("manifest", manifest),
        Map.of("manifest", "t1"),
        new CodeVersion("0.1.0", "c1", false));
  }

  private static RecordedRun run(
      TrainingConfiguration configuration, CheckpointCommitted... events) {
    CheckpointId last = events.length == 0 ? null : events[events.length - 1].checkpoint();
    return RecordedRun.of(
        state(configuration, last == null ? 0 : last.epoch()),
        Arrays.asList(events),
        List.of(),
        List.of());
  }

  private static RunState state(TrainingConfiguration configuration, int lastEpoch) {
    return RunState.accepted(RUN, configuration, TIME)
        .withStatus(RunStatus.FINISHED, TIME)
        .withLastCheckpoint(lastEpoch == 0 ? null : CheckpointId.endOfEpoch(lastEpoch), TIME);
  }

  private static CheckpointCommitted event(int epoch, String weights) {
    return event(epoch, weights, PROVENANCE);
  }

  private static CheckpointCommitted event(int epoch, String weights, Provenance provenance) {
    return event(CheckpointId.endOfEpoch(epoch), weights, provenance);
  }

  static CheckpointCommitted event(CheckpointId id, String weights, Provenance provenance) {
    return CheckpointCommitted.untested(RUN, id, 1, "s3://b/", files(weights), TIME)
        .with(null, provenance);
  }

  private static StoredCheckpoint stored(int epoch, String weights) {
    return new StoredCheckpoint(
        RUN, CheckpointId.endOfEpoch(epoch), "s3://b/", files(weights), PROVENANCE.values(), TIME);
  }

  private static List<CheckpointFile> files(String weights) {
    return List.of(
        new CheckpointFile("optimizer.safetensors", 1, "o"),
        new CheckpointFile("model.safetensors", 1, weights));
  }

  private static Map<String, String> weights(
      NavigableMap<CheckpointId, RecordedCheckpoint> checkpoints) {
    return checkpoints.values().stream()
        .collect(
            Collectors.toMap(
                checkpoint -> checkpoint.id().toString(), RecordedCheckpoint::weights));
  }
}
