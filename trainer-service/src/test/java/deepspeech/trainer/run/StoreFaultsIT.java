package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.testing.server.TestStore;
import deepspeech.trainer.command.InvalidCommandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a trainer does and logs when its objects are overwritten or removed, or its bucket is. */
@Tag("integration")
@Tag("chaos")
class StoreFaultsIT {
  private static final TrainingConfiguration CONFIGURATION =
      TrainingSite.SMALL_MODEL.with(
          Map.of("num_epoch", 2, "log_interval", 100, "checkpoint_interval", 2, "test_off", true));

  private static final Map<String, String> FIRST_BATCH_AFTER =
      Map.of("epoch-0001-batch-000002", "1/2", "epoch-0001", "2/0");

  @TempDir Path directory;
  private EmbeddedS3 s3;
  private TrainingSite site;

  @BeforeEach
  void start() throws Exception {
    s3 = TestStore.start(directory.resolve("s3"), "deepspeech");
    site = new TrainingSite(s3, new StoreLocation("deepspeech", null), directory.resolve("work"));
  }

  @AfterEach
  void stop() {
    assertThat(site.console()).doesNotContain("\tat ", "Exception");
    site.close();
    s3.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage", "{}", "[]", "{\"run\":\"run\",\"term\":-1}"})
  void garbageInPointersAndLeaseOfACurrentRunIsReplacedAndLosesNothing(String garbage)
      throws Exception {
    // Given
    site.reached =
        what -> {
          if (what.equals("wait for 2/0")) {
            for (String name : List.of("latest.json", "best.json", "trainer.json")) {
              write(object("run", name), garbage);
            }
          }
        };

    // When
    RunState end = site.train("run", CONFIGURATION);

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(site.store.latest(new RunId("run")).orElseThrow().checkpoint())
        .isEqualTo(CheckpointId.endOfEpoch(2));
    assertThat(site.store.list(new RunId("run")))
        .contains(CheckpointId.endOfEpoch(1), CheckpointId.endOfEpoch(2));

    // When
    site.reached = what -> {};
    RunState resumed = site.resume("run", Map.of("num_epoch", 3));

    // Then
    assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(resumed.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(3));
    assertThat(site.store.leases().observe(new RunId("run")).lease().orElseThrow().trainer())
        .isEqualTo("trainer");
    assertThat(site.store.best(new RunId("run"))).isEmpty();
  }

  @Test
  void aResumeOfABestThatCannotBeReadIsRejectedWithItsNameAndOthersAreCarriedOut()
      throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    write(object("run", "best.json"), "garbage");

    // When / Then
    assertThatThrownBy(() -> site.resume("run", Map.of("resume_model", "best", "num_epoch", 3)))
        .isInstanceOf(InvalidCommandException.class)
        .hasMessageStartingWith("s3://deepspeech/runs/run/best.json cannot be read: ")
        .hasMessageEndingWith(
            "; name another checkpoint, or delete it: the next test creates it again")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    assertThat(site.state("run").status()).isEqualTo(RunStatus.FINISHED);
    assertThat(site.resume("run", Map.of("num_epoch", 3)).status()).isEqualTo(RunStatus.FINISHED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "optimizer.safetensors", "training-state.json"})
  void aRunResumesFromTheCheckpointBeforeTheOneOfWhichAFileWasRemoved(String file)
      throws Exception {
    // Given
    site.leaveAt = "2/1";
    site.train("run", CONFIGURATION);
    List<CheckpointId> ids = site.store.list(new RunId("run"));
    CheckpointId newest = ids.get(ids.size() - 1);
    CheckpointId before = ids.get(ids.size() - 2);
    Files.delete(object("run", "checkpoints/" + newest + "/" + file));
    site.data.consumed.clear();

    // When
    RunState end = site.goOn("run");

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(site.data.consumed).first().isEqualTo(FIRST_BATCH_AFTER.get(before.toString()));
    assertThat(end.warnings())
        .anyMatch(
            warning ->
                warning.startsWith(
                        "checkpoint %s of run run is damaged: %s".formatted(newest, file))
                    && warning.endsWith("; skipped, the run resumes from " + before));
  }

  @Test
  void aRunNoneOfWhoseCheckpointsIsWholeFailsAndNamesWhatIsMissing() throws Exception {
    // Given
    site.leaveAt = "2/1";
    site.train("run", CONFIGURATION);
    for (CheckpointId id : site.store.list(new RunId("run"))) {
      Files.delete(object("run", "checkpoints/" + id + "/model.safetensors"));
    }

    // When
    RunState end = site.goOn("run");

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FAILED);
    assertThat(end.reason())
        .startsWith("all checkpoints of run run are damaged: checkpoint epoch-000")
        .contains("model.safetensors: expected ", "found no such file");
    assertThat(end.reason().lines()).hasSize(1);
  }

  @Test
  void aRunWhoseCheckpointsWereRemovedFailsWithAReasonThatSaysWhatToDo() throws Exception {
    // Given
    site.leaveAt = "2/1";
    site.train("run", CONFIGURATION);
    remove(object("run", "checkpoints"));

    // When
    RunState end = site.goOn("run");

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FAILED);
    assertThat(end.reason())
        .isEqualTo("run run has no complete checkpoint; train it under a new name");
  }

  @Test
  void aRunWhoseBucketVanishesFailsWithItsNameAndIsResumedWhenItIsBack() throws Exception {
    // Given
    Path bucket = directory.resolve("s3/buckets/deepspeech");
    Path aside = directory.resolve("aside");
    site.reached =
        what -> {
          if (what.equals("wait for 2/1")) {
            move(bucket, aside);
          }
        };

    // When
    RunState failed = site.train("run", CONFIGURATION);

    // Then
    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.reason())
        .contains(" has no bucket deepspeech: create it, or name another")
        .satisfies(reason -> assertThat(reason.lines()).hasSize(1));
    assertThatThrownBy(() -> site.resume("run", Map.of()))
        .isInstanceOf(InvalidCommandException.class)
        .hasMessageContaining(" has no bucket deepspeech: create it, or name another");

    // When
    site.reached = what -> {};
    remove(bucket);
    move(aside, bucket);
    RunState resumed = site.resume("run", Map.of());

    // Then
    assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(resumed.position().step()).isEqualTo(2L * TrainingSite.BATCHES);
  }

  /** The server keeps each object as a file. */
  private Path object(String run, String name) {
    return directory.resolve("s3/buckets/deepspeech/runs").resolve(run).resolve(name);
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void move(Path from, Path to) {
    try {
      if (Files.exists(from)) {
        Files.move(from, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
