package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.tensor.Safetensors;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.topic.Topics;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.testing.server.TestStore;
import deepspeech.trainer.checkpoint.CheckpointAccess;
import deepspeech.trainer.checkpoint.NewRunValidator;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import deepspeech.trainer.checkpoint.StartTerms;
import deepspeech.trainer.checkpoint.WorkDirectory;
import deepspeech.trainer.command.CommandHandler;
import deepspeech.trainer.training.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/** A trainer without a broker: commands, real models and a real store; the batches are noise. */
final class TrainingSite implements AutoCloseable, CommandHandler.Feasibility {
  static final int BATCHES = 3;

  private static final StoreLocation HOME = new StoreLocation("deepspeech", null);

  /** Trains a model that is as small as it can be, on the CPU. */
  static final TrainingConfiguration SMALL_MODEL =
      TrainingConfiguration.of(
          Map.of(
              "use_gpu", false,
              "num_conv_layers", 1,
              "num_rnn_layers", 1,
              "rnn_layer_size", 8));

  final CheckpointStore store;
  final List<MetricPoint> metrics = Collections.synchronizedList(new ArrayList<>());
  final List<CheckpointCommitted> checkpoints = Collections.synchronizedList(new ArrayList<>());

  /** {@code ce_id} of each of those events. */
  final List<String> announcementIds = Collections.synchronizedList(new ArrayList<>());

  final NoiseDataSet data =
      new NoiseDataSet(BATCHES, new int[] {40, 31}, "manifest.train: one thing");

  /** Every state that was kept, in order. */
  final List<RunState> states = Collections.synchronizedList(new ArrayList<>());

  /** Receives each external action or wait of a run, just before it. */
  Consumer<String> reached = what -> {};

  /** Of the run under way. */
  StopSignal signal = new StopSignal();

  /** The trainer is stopped when it requests this batch, such as 2/1. */
  String leaveAt = "";

  /** The trainer's. */
  final ShiftedClock clock = new ShiftedClock();

  private final Path workDirectory;

  /** Null if the store is another's. */
  private EmbeddedS3 ownStore;

  /** Which checkpoints the trainer believes to be still under test. */
  final PendingEvaluations pendingEvaluations = new PendingEvaluations(Long.MAX_VALUE);

  /** What the evaluator has found. */
  final List<Evaluation> evaluations = new ArrayList<>();

  private final NewRunValidator validator;
  private final RunRegistry registry;
  private final List<RunId> queue = new ArrayList<>();
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private final RunLeases leases;
  private final RunConductor conductor;
  private final CommandHandler handler;

  /** A trainer with a store of its own, which ends with it. */
  static TrainingSite in(Path directory) throws Exception {
    EmbeddedS3 s3 = TestStore.start(directory.resolve("s3"), HOME.bucket());
    TrainingSite site = new TrainingSite(s3, HOME, directory.resolve("work"));
    site.ownStore = s3;
    return site;
  }

  TrainingSite(EmbeddedS3 s3, StoreLocation location, Path workDirectory) {
    this(of(s3, location), workDirectory);
  }

  TrainingSite(CheckpointStoreConfiguration store, Path workDirectory) {
    this(CheckpointStore.connect(store), workDirectory, operation -> {}, List.of());
  }

  /**
   * A trainer that finds runs.
   *
   * @param live receives each state and each event before it is kept, and may throw
   * @param known newest state of each run
   */
  TrainingSite(
      CheckpointStore store,
      Path workDirectory,
      Consumer<String> live,
      Collection<RunState> known) {
    this.workDirectory = workDirectory;
    this.store = store;
    data.reached = what -> reached.accept(what);
    data.given =
        (stop, batch) -> {
          if (leaveAt.equals(batch)) {
            stop.raise(StopSignal.Reason.SHUTDOWN);
          }
        };
    registry =
        new RunRegistry(
            state -> {
              reached.accept("state " + state.status());
              live.accept("state " + state.status());
              states.add(state);
            },
            known);
    validator = new NewRunValidator(store, workDirectory);
    leases =
        new RunLeases(
            store.leases(),
            "trainer",
            () -> null,
            () -> true,
            address -> TrainerProbe.Answer.NONE,
            clock);
    conductor =
        new RunConductor(
            new RunJournal(registry, new Events(live), leases, clock),
            CheckpointAccess.of(
                store,
                new WorkDirectory(workDirectory, Duration.ZERO, line -> {}),
                pendingEvaluations,
                run -> evaluations),
            data::open,
            () -> Map.of(Topics.COMMANDS, 3L),
            state -> false,
            line -> {
              reached.accept("console " + line.lines().findFirst().orElse(""));
              new PrintStream(console, true, StandardCharsets.UTF_8).println(line);
            },
            Tracing.off());
    handler = new CommandHandler(registry, new Queue(), this, clock);
  }

  /** Another trainer at the same store, see the constructor. */
  TrainingSite another(Consumer<String> live, Collection<RunState> known) {
    return new TrainingSite(
        CheckpointStore.connect(of(ownStore, HOME)), workDirectory, live, known);
  }

  static CheckpointStoreConfiguration of(EmbeddedS3 s3, StoreLocation location) {
    return new CheckpointStoreConfiguration(
        new ObjectStoreConfiguration(s3.endpoint(), s3.accessKey(), s3.secretKey(), null),
        location.bucket(),
        location.prefix());
  }

  /** Takes a command and trains what it leads to, to its end. */
  RunState take(Command command) throws InterruptedException {
    handler.take(UUID.randomUUID().toString(), command);
    while (!queue.isEmpty()) {
      signal = new StopSignal();
      conduct(queue.remove(0), signal);
    }
    return state(command.run().value());
  }

  RunState train(String run, TrainingConfiguration configuration) throws InterruptedException {
    return take(new Command.Train(new RunId(run), configuration));
  }

  RunState resume(String run, Map<String, Object> changed) throws InterruptedException {
    return take(new Command.Resume(new RunId(run), changed));
  }

  /** Resumes an abandoned run. */
  RunState goOn(String run) throws InterruptedException {
    leaveAt = "";
    conduct(new RunId(run), new StopSignal());
    return state(run);
  }

  /** As the worker does. */
  private void conduct(RunId run, StopSignal stop) throws InterruptedException {
    assertThat(leases.acquire(run)).isTrue();
    try {
      conductor.conduct(run, stop);
    } finally {
      leases.release(run);
    }
  }

  RunState state(String run) {
    return registry.find(new RunId(run)).orElseThrow();
  }

  /** The evaluator has tested a checkpoint of a run. */
  void tested(String run, String checkpoint, double cer) {
    CheckpointId id = CheckpointId.parse(checkpoint);
    evaluations.add(
        new Evaluation(
            new TestedCheckpoint(new RunId(run), id, id.epoch(), id.batch(), 0),
            new TestErrors(cer, null, 1, 0, 1, 0, 0, 0),
            List.of(),
            new TestTiming(0, Instant.EPOCH, Instant.EPOCH)));
    var unused = store.offerBest(new RunId(run), id, cer);
  }

  String console() {
    return console.toString(StandardCharsets.UTF_8);
  }

  /** The model of a checkpoint. */
  Map<String, Tensor> parameters(String run, String checkpoint) throws IOException {
    return tensors(run, checkpoint, "model.safetensors");
  }

  Map<String, Tensor> tensors(String run, String checkpoint, String file) throws IOException {
    Path directory = workDirectory.resolve("inspected").resolve(UUID.randomUUID().toString());
    return Safetensors.read(
        store
            .open(new RunId(run), CheckpointId.parse(checkpoint), directory, Set.of(file))
            .file(file));
  }

  /** (step, value) of a metric, in the order in which they were published. */
  List<String> points(String run, MetricName name) {
    return metrics.stream()
        .filter(point -> point.run().value().equals(run) && point.name() == name)
        .map(point -> point.step() + " " + point.value())
        .toList();
  }

  /** The learning rate of the first batch of each epoch that was trained. */
  Map<Integer, Double> rates(String run) {
    Map<Integer, Double> rates = new TreeMap<>();
    for (MetricPoint point : List.copyOf(metrics)) {
      if (point.run().value().equals(run) && point.name() == MetricName.LEARNING_RATE) {
        rates.putIfAbsent(point.epoch(), point.value());
      }
    }
    return rates;
  }

  @Override
  public TrainingConfiguration settle(RunId run, TrainingConfiguration wanted, StartTerms terms) {
    return validator.settle(run, wanted, terms);
  }

  @Override
  public void requireNew(RunId run) {
    validator.requireNew(run);
  }

  @Override
  public Optional<TrainingConfiguration> configurationOf(RunId run, ModelReference from) {
    return validator.configurationOf(run, from);
  }

  @Override
  public void close() {
    store.close();
    if (ownStore != null) {
      ownStore.close();
    }
  }

  private final class Events implements RunEvents {
    private final Consumer<String> live;

    Events(Consumer<String> live) {
      this.live = live;
    }

    @Override
    public void metric(MetricPoint point) {
      reached.accept("metric " + point.name());
      metrics.add(point);
    }

    @Override
    public void flush() {
      reached.accept("points published");
    }

    @Override
    public void recover(RunId run, Instant since, Map<SkipReason, Integer> skipped) {}

    @Override
    public Instant eventsSince(RunId run, long step, Instant takenAt) {
      return takenAt;
    }

    @Override
    public void checkpoint(CheckpointCommitted event, String id) {
      reached.accept("event " + event.checkpoint());
      live.accept("event " + event.checkpoint());
      checkpoints.add(event);
      announcementIds.add(id);
    }
  }

  private final class Queue implements CommandHandler.RunControl {
    @Override
    public void enqueue(RunId run) {
      queue.add(run);
    }

    @Override
    public void stop(RunId run, Runnable otherwise) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void discardData(RunId run) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<CheckpointId> pin(RunId run, CheckpointId checkpoint) {
      store.pin(run, checkpoint);
      return store.pinned(run);
    }

    @Override
    public List<CheckpointId> unpin(RunId run, CheckpointId checkpoint) {
      store.unpin(run, checkpoint);
      return store.pinned(run);
    }

    @Override
    public void announceAgain(String id, RunId run, CheckpointId checkpoint) {
      throw new UnsupportedOperationException();
    }
  }
}
