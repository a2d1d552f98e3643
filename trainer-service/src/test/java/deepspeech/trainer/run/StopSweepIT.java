package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.checkpoint.MortalStore;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.testing.server.TestStore;
import deepspeech.trainer.checkpoint.CheckpointFiles;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.StopSignal.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stops a run, by a command and by a shutdown, before every thing that it does to the outside or
 * waits for, from its lease to its last state.
 */
@Tag("integration")
@Tag("chaos")
class StopSweepIT {
  private static final RunId RUN = new RunId("swept");
  private static final CheckpointId LAST = CheckpointId.endOfEpoch(1);

  private static final TrainingConfiguration CONFIGURATION =
      TrainingSite.SMALL_MODEL.with(
          Map.of("num_epoch", 1, "log_interval", 1, "checkpoint_interval", 2));

  @TempDir Path directory;
  private EmbeddedS3 s3;

  @BeforeEach
  void startStore() {
    s3 = TestStore.start(directory.resolve("s3"), "deepspeech");
  }

  @AfterEach
  void stopStore() {
    s3.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"COMMAND", "SHUTDOWN"})
  void aNewRunThatIsStoppedAnywhereIsStoppedOrLeftAndResumesToTheSameWeights(Reason reason)
      throws Exception {
    // Given
    Stop never = new Stop(Integer.MAX_VALUE, reason);
    List<CheckpointFile> undisturbed;
    try (TrainingSite site = site("whole", never)) {
      never.watch(site);
      assertThat(site.train(RUN.value(), CONFIGURATION).status()).isEqualTo(RunStatus.FINISHED);
      undisturbed = weights(site);
    }
    assertThat(never.reached)
        .contains("describe train", "describe test", "begin 1/0", "wait for 1/2", "discard")
        .contains("event epoch-0001", "state running", "state finished", "metric train_loss")
        .anyMatch(what -> what.startsWith("console -----------  Configuration"))
        .anyMatch(what -> what.startsWith("console Dry run"))
        .anyMatch(what -> what.endsWith("epoch-0001/model.onnx"));

    for (int things = 0; things < never.reached.size(); things++) {
      Stop stop = new Stop(things, reason);
      try (TrainingSite site = site("at-%03d".formatted(things), stop)) {
        // When
        stop.watch(site);
        RunState end = site.train(RUN.value(), CONFIGURATION);

        // Then
        requireNoFailure(site, end, stop);
        if (end.status() == RunStatus.STOPPED && !site.store.list(RUN).isEmpty()) {
          end = site.resume(RUN.value(), Map.of());
        } else if (!end.status().ended()) {
          end = site.goOn(RUN.value());
        }
        if (end.status() != RunStatus.STOPPED) {
          assertThat(end.status()).as(stop.when()).isEqualTo(RunStatus.FINISHED);
          assertThat(weights(site)).as(stop.when()).isEqualTo(undisturbed);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"COMMAND", "SHUTDOWN"})
  void aRunThatIsStoppedWhileItGoesBackIsStoppedOrLeftAndResumesFromThere(Reason reason)
      throws Exception {
    // Given
    Stop stop;
    int things = 0;
    List<String> where = new ArrayList<>();
    do {
      stop = new Stop(things, reason);
      try (TrainingSite site = site("back-%03d".formatted(things++), stop)) {
        site.train(RUN.value(), CONFIGURATION);
        List<CheckpointFile> undisturbed = weights(site);

        // When
        stop.watch(site);
        RunState end = site.resume(RUN.value(), Map.of("resume_model", "epoch-0001-batch-000002"));

        // Then
        requireNoFailure(site, end, stop);
        assertThat(end.checkpoints()).as(stop.when()).isEqualTo(site.store.list(RUN));
        if (end.status() == RunStatus.STOPPED) {
          end = site.resume(RUN.value(), Map.of("resume_model", "epoch-0001-batch-000002"));
        } else if (!end.status().ended()) {
          end = site.goOn(RUN.value());
        }
        assertThat(end.status()).as(stop.when()).isEqualTo(RunStatus.FINISHED);
        assertThat(weights(site)).as(stop.when()).isEqualTo(undisturbed);
      }
      where.add(stop.before);
      // From there on it is as in a new run.
    } while (!"wait for 1/2".equals(stop.before));
    assertThat(where)
        .contains("describe train", "metric resumed")
        .anyMatch(what -> what.startsWith("download"))
        .anyMatch(what -> what.startsWith("delete"));
  }

  private static void requireNoFailure(TrainingSite site, RunState end, Stop stop) {
    assertThat(site.states)
        .as(stop.when())
        .extracting(RunState::status)
        .doesNotContain(RunStatus.FAILED, RunStatus.REJECTED);
    assertThat(end.reason()).as(stop.when()).isNull();
    assertThat(site.console()).as(stop.when()).doesNotContain("failed", "Exception");
    assertThat(end.status())
        .as(stop.when())
        .isIn(
            stop.reason == Reason.COMMAND
                ? Set.of(RunStatus.STOPPED, RunStatus.FINISHED)
                : Set.of(RunStatus.ACCEPTED, RunStatus.RUNNING, RunStatus.FINISHED));
    if (end.status() == RunStatus.FINISHED) {
      assertThat(site.store.list(RUN)).as(stop.when()).contains(LAST);
    }
  }

  private TrainingSite site(String place, Stop stop) {
    return new TrainingSite(
        MortalStore.connect(configuration(place), stop::reach),
        directory.resolve("work"),
        state -> {},
        List.of());
  }

  private CheckpointStoreConfiguration configuration(String place) {
    return TrainingSite.of(s3, new StoreLocation("deepspeech", place));
  }

  private static List<CheckpointFile> weights(TrainingSite site) {
    return site.store.describe(RUN, LAST).files().stream()
        .filter(
            file -> Set.of(CheckpointFiles.MODEL, CheckpointFiles.OPTIMIZER).contains(file.name()))
        .toList();
  }

  /** Raises the signal when a number of things are done. */
  private static final class Stop {
    private final List<String> reached = new ArrayList<>();
    private final int things;
    private final Reason reason;
    private TrainingSite site;
    private String before;

    Stop(int things, Reason reason) {
      this.things = things;
      this.reason = reason;
    }

    synchronized void watch(TrainingSite watched) {
      site = watched;
      site.reached = this::reach;
    }

    Object reach(String operation, MortalStore.Operation work) throws Throwable {
      if (!operation.equals(MortalStore.LEASE_RENEWAL)) {
        reach(operation);
      }
      return work.run();
    }

    private void reach(String what) {
      StopSignal signal = null;
      synchronized (this) {
        if (site == null) {
          return;
        }
        if (reached.size() == things) {
          before = what;
          signal = site.signal;
        }
        reached.add(what);
      }
      if (signal != null) {
        signal.raise(reason);
      }
    }

    synchronized String when() {
      return "%s before %s".formatted(reason, before);
    }
  }
}
