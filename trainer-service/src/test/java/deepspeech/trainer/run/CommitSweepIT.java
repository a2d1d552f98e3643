package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.checkpoint.MortalStore;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.testing.server.TestStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a trainer between every two things that it does to the outside: each operation on the
 * store, each event, each state.
 */
@Tag("integration")
@Tag("chaos")
class CommitSweepIT {
  private static final RunId RUN = new RunId("swept");
  private static final List<CheckpointId> CHECKPOINTS =
      List.of(
          new CheckpointId(1, 2),
          CheckpointId.endOfEpoch(1),
          new CheckpointId(2, 2),
          CheckpointId.endOfEpoch(2));

  /** Batches from the beginning to each checkpoint, as data are asked for them. */
  private static final Map<CheckpointId, String> NEXT_BATCH =
      Map.of(CHECKPOINTS.get(0), "1/2", CHECKPOINTS.get(1), "2/0", CHECKPOINTS.get(2), "2/2");

  private static final TrainingConfiguration CONFIGURATION =
      TrainingSite.SMALL_MODEL.with(
          Map.of(
              "num_epoch", 2,
              "log_interval", 100,
              "checkpoint_interval", 2,
              "ema_decay", 0.9,
              // Retention need not wait for a test then.
              "test_off", true));

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

  @Test
  void aTrainerThatDiesAnywhereLosesNothing() throws Exception {
    // Given
    Mortality counted = new Mortality(Integer.MAX_VALUE);
    Outcome undisturbed = trainAndDie("whole", counted);
    assertThat(undisturbed.end().status()).isEqualTo(RunStatus.FINISHED);
    assertThat(counted.done)
        .contains("event epoch-0002", "state running", "state finished")
        .anyMatch(done -> done.matches("upload .*/epoch-0002/model.safetensors"))
        .anyMatch(done -> done.matches("put .*/epoch-0002/checkpoint.json"))
        .anyMatch(done -> done.matches("put .*/latest.json"))
        .anyMatch(done -> done.matches("delete .*/epoch-0001-batch-000002/checkpoint.json"));
    Map<String, String> keys = keysOf("whole");

    List<String> killedBefore = new ArrayList<>();
    for (int operations = 0; operations < counted.done.size(); operations++) {
      String place = "cut-%03d".formatted(operations);
      Mortality mortality = new Mortality(operations);

      // When
      Outcome cut = trainAndDie(place, mortality);
      Survivors survivors = survivors(place);
      Outcome resumed = goOn(place, cut);

      // Then
      assertThat(mortality.killedBefore).as("operations of %s", mortality.done).isNotNull();
      killedBefore.add(mortality.killedBefore);
      String when = "killed after " + mortality.last() + ", before " + mortality.killedBefore;
      assertThat(survivors.intact()).as(when).isEqualTo(survivors.listed());
      if (survivors.latest() != null) {
        assertThat(survivors.listed()).as(when).contains(survivors.latest());
      }
      if (cut.end() == null) {
        // The command was not kept; it would be delivered again.
        assertThat(survivors.listed()).as(when).isEmpty();
        continue;
      }
      assertThat(resumed.end().status()).as(when).isEqualTo(RunStatus.FINISHED);
      assertThat(resumed.consumed().stream().findFirst())
          .as(when)
          .isEqualTo(firstAfter(survivors.listed()));
      assertThat(published(cut, resumed)).as(when).isEqualTo(published(undisturbed, undisturbed));
      assertThat(keysOf(place)).as(when).isEqualTo(keys);
      assertThat(survivors(place).latest()).as(when).isEqualTo(CheckpointId.endOfEpoch(2));
    }
    assertThat(killedBefore)
        .contains("event epoch-0002", "state finished")
        .anyMatch(place -> place.endsWith("epoch-0002/checkpoint.json"))
        .anyMatch(place -> place.startsWith("delete "));
  }

  /** The first batch that is not in the newest checkpoint; none after the last one. */
  private static Optional<String> firstAfter(List<CheckpointId> listed) {
    return listed.isEmpty()
        ? Optional.of("1/0")
        : Optional.ofNullable(NEXT_BATCH.get(listed.get(listed.size() - 1)));
  }

  private Outcome trainAndDie(String place, Mortality mortality) throws InterruptedException {
    try (TrainingSite site = site(place, mortality, List.of())) {
      try {
        var unused = site.take(new Command.Train(RUN, CONFIGURATION));
      } catch (Killed e) {
        assertThat(mortality.isDead()).isTrue();
      }
      mortality.die();
      return Outcome.of(site);
    }
  }

  private Outcome goOn(String place, Outcome before) throws InterruptedException {
    if (before.end() == null) {
      return before;
    }
    try (TrainingSite site = site(place, new Mortality(Integer.MAX_VALUE), List.of(before.end()))) {
      if (!before.end().status().ended()) {
        var unused = site.goOn(RUN.value());
      }
      return site.states.isEmpty() ? before : Outcome.of(site);
    }
  }

  private TrainingSite site(String place, Mortality mortality, List<RunState> known) {
    return new TrainingSite(
        MortalStore.connect(configuration(place), mortality::live),
        directory.resolve("work"),
        mortality::live,
        known);
  }

  private CheckpointStoreConfiguration configuration(String place) {
    return TrainingSite.of(s3, new StoreLocation("deepspeech", place));
  }

  private Survivors survivors(String place) {
    try (CheckpointStore store = CheckpointStore.connect(configuration(place))) {
      List<CheckpointId> listed = store.list(RUN);
      List<CheckpointId> intact = new ArrayList<>();
      for (CheckpointId id : listed) {
        intact.add(
            store
                .open(RUN, id, directory.resolve("opened").resolve(place + id))
                .stored()
                .checkpoint());
      }
      return new Survivors(
          listed, intact, store.latest(RUN).map(latest -> latest.checkpoint()).orElse(null));
    }
  }

  /**
   * Hashes of weights, their average and optimiser by checkpoint, of all events of both trainers.
   */
  private static Map<String, String> published(Outcome one, Outcome other) {
    Map<String, String> hashes = new TreeMap<>();
    List<CheckpointCommitted> events = new ArrayList<>(one.events());
    events.addAll(other.events());
    for (CheckpointCommitted event : events) {
      for (CheckpointFile file : event.files()) {
        if (file.name().endsWith(".safetensors")) {
          String before = hashes.put(event.checkpoint() + "/" + file.name(), file.sha256());
          assertThat(before).isIn(null, file.sha256());
        }
      }
    }
    assertThat(events.stream().map(CheckpointCommitted::checkpoint).distinct())
        .containsExactlyInAnyOrderElementsOf(CHECKPOINTS);
    return hashes;
  }

  /** The keys of the run without their place. */
  private Map<String, String> keysOf(String place) {
    return MortalStore.keys(configuration(place), place + "/").stream()
        .map(key -> key.replaceFirst(place + "/", ""))
        .collect(Collectors.toMap(key -> key, key -> "", (a, b) -> a, LinkedHashMap::new));
  }

  /**
   * What came of a trainer.
   *
   * @param end the newest state that was kept; null if none was
   */
  private record Outcome(RunState end, List<CheckpointCommitted> events, List<String> consumed) {
    static Outcome of(TrainingSite site) {
      List<RunState> states = List.copyOf(site.states);
      return new Outcome(
          states.isEmpty() ? null : states.get(states.size() - 1),
          List.copyOf(site.checkpoints),
          List.copyOf(site.data.consumed));
    }
  }

  private record Survivors(
      List<CheckpointId> listed, List<CheckpointId> intact, CheckpointId latest) {}

  /** The process is gone. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Lets a number of operations happen, one at a time, and none after them. */
  private static final class Mortality {
    private final List<String> done = new ArrayList<>();
    private final int operations;
    private String killedBefore;
    private boolean dead;

    Mortality(int operations) {
      this.operations = operations;
    }

    synchronized Object live(String operation, MortalStore.Operation work) throws Throwable {
      live(operation);
      return work.run();
    }

    synchronized void live(String operation) {
      if (!dead && operation.equals(MortalStore.LEASE_RENEWAL)) {
        return;
      }
      if (dead || done.size() == operations) {
        if (!dead) {
          killedBefore = operation;
        }
        dead = true;
        throw new Killed();
      }
      done.add(operation);
    }

    synchronized void die() {
      dead = true;
    }

    synchronized boolean isDead() {
      return dead;
    }

    synchronized String last() {
      return done.isEmpty() ? "nothing" : done.get(done.size() - 1);
    }
  }
}
