package deepspeech.cli.reproduction;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.events.RunStates;
import deepspeech.broker.feed.BatchFeed;
import deepspeech.broker.feed.FeedSettings;
import deepspeech.broker.feed.NoAnswerException;
import deepspeech.broker.feed.RequestRefusedException;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.Json;
import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads the records of runs, and of the files that they are trained on, from the broker, the store
 * and data-prep.
 */
public final class RunRecords {
  private static final String SOURCE = "/deepspeech-cli";
  private static final String TRAINING_STATE = "training-state.json";

  private final BrokerConfiguration broker;
  private final Optional<CheckpointStore> store;
  private final Consumer<String> waiting;

  /**
   * Creates a reader for one broker.
   *
   * @param store the checkpoint store; empty to rely on checkpoint events alone
   * @param waiting receives messages about what is waited for, one line each
   */
  public RunRecords(
      BrokerConfiguration broker, Optional<CheckpointStore> store, Consumer<String> waiting) {
    this.broker = broker;
    this.store = store;
    this.waiting = waiting;
  }

  /**
   * Reads the records of a run.
   *
   * @throws CommandFailedException if there is no such run
   */
  public RecordedRun read(RunId run) throws InterruptedException {
    RunState state =
        new RunStates(broker)
            .newest(run)
            .orElseThrow(
                () -> new CommandFailedException("run: \"%s\" given, no such run".formatted(run)));
    List<StoredCheckpoint> stored = stored(run);
    return RecordedRun.of(state, events(run), stored, configurations(stored));
  }

  private List<CheckpointCommitted> events(RunId run) throws InterruptedException {
    try (EventTail<CheckpointCommitted> tail =
        EventTail.of(
            broker, Topics.CHECKPOINTS, CheckpointCommitted.class, EventTail.Start.BEGINNING)) {
      return tail.upToNow().stream()
          .map(ReceivedEvent::body)
          .filter(event -> event.run().equals(run))
          .toList();
    }
  }

  private List<StoredCheckpoint> stored(RunId run) {
    List<StoredCheckpoint> stored = new ArrayList<>();
    store.ifPresent(s -> s.list(run).forEach(id -> stored.add(s.describe(run, id))));
    return stored;
  }

  /** The distinct configurations of the checkpoints. */
  private List<TrainingConfiguration> configurations(List<StoredCheckpoint> stored) {
    Map<String, StoredCheckpoint> distinct = new TreeMap<>();
    for (StoredCheckpoint checkpoint : stored) {
      Provenance.among(checkpoint.metadata())
          .configuration()
          .ifPresent(hash -> distinct.put(hash, checkpoint));
    }
    return distinct.values().stream().map(this::configuration).toList();
  }

  private TrainingConfiguration configuration(StoredCheckpoint checkpoint) {
    try {
      Path directory = Files.createTempDirectory("deepspeech-reproduce");
      Path file = directory.resolve(TRAINING_STATE);
      try {
        store
            .orElseThrow()
            .open(checkpoint.run(), checkpoint.checkpoint(), directory, Set.of(TRAINING_STATE));
        return Json.convert(
            Json.readTree(Files.readAllBytes(file)).path("configuration"),
            TrainingConfiguration.class);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s of checkpoint %s cannot be read: %s"
              .formatted(TRAINING_STATE, checkpoint.uri(), e.getMessage()),
          e);
    }
  }

  /**
   * An unused run name: the given one, or one that is derived from the name of another run.
   *
   * @throws CommandFailedException if the given name is in use
   */
  public RunId freeName(RunId original, Optional<RunId> given) throws InterruptedException {
    Map<RunId, RunState> runs = new RunStates(broker).newest();
    if (given.isPresent()) {
      if (runs.containsKey(given.get())) {
        throw new CommandFailedException(
            "--as: \"%s\" given, which is %s already; allowed: a new name"
                .formatted(given.get(), runs.get(given.get()).status()));
      }
      return given.get();
    }
    RunId name = new RunId(original + "-reproduced");
    for (int number = 2; runs.containsKey(name); number++) {
      name = new RunId("%s-reproduced-%d".formatted(original, number));
    }
    return name;
  }

  /**
   * The provenance that a run would have now, with the files as data-prep finds them.
   *
   * @param run name under which data-prep is asked
   * @throws CommandFailedException with data-prep's reason if the files cannot be used, or if
   *     data-prep does not answer
   */
  public Provenance now(RunId run, TrainingConfiguration configuration)
      throws InterruptedException {
    Map<String, String> train = files(run, Split.TRAIN, configuration);
    Map<String, String> test =
        configuration.testOff() ? Map.of() : files(run, Split.TEST, configuration);
    return Provenance.of(configuration, train, test, CodeVersion.ofBuild());
  }

  private Map<String, String> files(RunId run, Split split, TrainingConfiguration configuration)
      throws InterruptedException {
    int devices = configuration.devices().map(list -> list.split(",").length).orElse(1);
    try (BatchFeed feed =
        new BatchFeed(
            broker, SOURCE, run, split, FeedSettings.defaults(), waiting, Tracing.off())) {
      return feed.describe(configuration.data(split, split == Split.TRAIN ? devices : 1), 1)
          .hashes();
    } catch (RequestRefusedException | NoAnswerException e) {
      throw new CommandFailedException(
          "the %s files cannot be read: %s".formatted(split, e.getMessage()), e);
    } finally {
      try (TopicSetup topics = new TopicSetup(broker)) {
        topics.deleteFeatures(run, split);
      }
    }
  }

  /**
   * The change of the checkpoint of another run that a run started from.
   *
   * @return empty if the checkpoint is unchanged, the run started from a new model, or no store is
   *     known
   */
  public Optional<ProvenanceChange> changeOfModel(RecordedRun run) {
    if (store.isEmpty() || run.begunWith().isEmpty()) {
      return Optional.empty();
    }
    RecordedRun.BegunWith begun = run.begunWith().get();
    String name = begun.argument().argumentName() + " " + begun.model();
    try {
      RecordedCheckpoint found =
          RecordedCheckpoint.of(store.get().of(begun.model()).resolve(run.run(), begun.model()));
      String weights =
          begun.argument() == Argument.PRETRAINED_MODEL ? found.deployed() : found.weights();
      return weights.equals(begun.weights())
          ? Optional.empty()
          : Optional.of(new ProvenanceChange(name, begun.weights(), weights));
    } catch (CheckpointNotFoundException e) {
      throw new CommandFailedException(
          "run %s cannot be reproduced: it started from %s, which no longer exists"
              .formatted(run.run(), name),
          e);
    }
  }
}
