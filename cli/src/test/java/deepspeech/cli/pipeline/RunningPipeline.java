package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.command.CommandDispatch;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.events.RunStates;
import deepspeech.cli.dispatch.CommandLineDispatch;
import deepspeech.cli.process.RestartPolicy;
import deepspeech.cli.stack.Installation;
import deepspeech.cli.stack.LocalStack;
import deepspeech.cli.stack.StackPorts;
import deepspeech.cli.stack.StackReplicas;
import deepspeech.cli.stack.StackSettings;
import deepspeech.cli.stack.StackState;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The built services as processes of their own, on the embedded broker and store, and a small
 * corpus.
 */
final class RunningPipeline implements AutoCloseable {
  static final Duration LIMIT = Duration.ofMinutes(3);

  private static final Installation INSTALLATION =
      new Installation(Path.of("..").toAbsolutePath().normalize());

  private static final int POLL_MILLIS = 300;

  /** Enough for a stop to arrive before the end; more of them for the long form of a test. */
  static final int EPOCHS = Integer.getInteger("pipeline.epochs", 6);

  static final int STEPS = EPOCHS * SmallCorpus.UTTERANCES / 2;
  static final List<String> CHECKPOINTS =
      IntStream.rangeClosed(1, EPOCHS)
          .mapToObj(epoch -> CheckpointId.endOfEpoch(epoch).toString())
          .toList();
  private static final String LAST_CHECKPOINT = CHECKPOINTS.get(EPOCHS - 1);

  private final Path directory;
  private final Path datasetRoot;
  private LocalStack stack;
  private StackState state;
  private BrokerConfiguration broker;

  /** On a small corpus of its own; nothing runs yet. */
  RunningPipeline(Path directory) throws Exception {
    this(directory, directory.resolve("data"));
    SmallCorpus.copyTo(datasetRoot.resolve("corpus"));
  }

  /** On data that are there already; nothing runs yet. */
  RunningPipeline(Path directory, Path datasetRoot) {
    this.directory = directory;
    this.datasetRoot = datasetRoot;
  }

  /** Stops what runs, and starts anew on the same data. */
  void start(int replicas) throws InterruptedException {
    start(replicas, Map.of());
  }

  /** The same with more variables in the environment of the services. */
  void start(int replicas, Map<String, String> environment) throws InterruptedException {
    start(settings(new StackReplicas(1, 1, replicas)), environment);
  }

  /** The same with several trainers. */
  void startWithTrainers(int trainers) throws InterruptedException {
    start(settings(new StackReplicas(trainers, 1, 1)), Map.of());
  }

  /** The same with a dashboard. */
  void startWithDashboard() throws InterruptedException {
    start(settings(StackReplicas.SINGLE).withDashboard(OptionalInt.empty()), Map.of());
  }

  private StackSettings settings(StackReplicas replicas) {
    OptionalInt free = OptionalInt.empty();
    return new StackSettings(
        directory.resolve("stack"),
        datasetRoot,
        replicas,
        new StackPorts(free, free, free, free, free),
        RestartPolicy.OF_SERVICES);
  }

  private void start(StackSettings settings, Map<String, String> environment)
      throws InterruptedException {
    close();
    stack = new LocalStack(INSTALLATION, settings, line -> {}, environment);
    state = stack.start();
    broker = BrokerConfiguration.of(state.bootstrapServers());
  }

  /** Looks at a stack of another process, on the same data. */
  void use(StackState running) {
    state = running;
    broker = BrokerConfiguration.of(running.bootstrapServers());
  }

  /** Looks at services that a test has started itself. */
  void use(BrokerConfiguration other) {
    broker = other;
  }

  /** Where a stack keeps its data. */
  Path stackData() {
    return directory.resolve("stack");
  }

  /** The dataset root. */
  Path datasetRoot() {
    return datasetRoot;
  }

  @Override
  public void close() {
    if (stack != null) {
      stack.close();
    }
  }

  LocalStack stack() {
    return stack;
  }

  StackState state() {
    return state;
  }

  BrokerConfiguration broker() {
    return broker;
  }

  /** The store's folder with the objects of a key prefix as files. */
  Path folderOf(String keyPrefix) {
    return stack.folderOf(keyPrefix);
  }

  Path log(String service) {
    return directory.resolve("stack/logs").resolve(service + ".log");
  }

  TrainingConfiguration configuration(Map<String, Object> given) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("train_manifest", "corpus/manifest.train");
    all.put("test_manifest", "corpus/manifest.test");
    all.put("vocab_path", "corpus/vocab.txt");
    all.put("mean_std_path", "corpus/mean_std.npz");
    all.put("augment_conf_path", "None");
    all.put("num_rnn_layers", 1);
    all.put("rnn_layer_size", 32);
    all.put("batch_size", 2);
    all.put("num_epoch", EPOCHS);
    all.put("log_interval", 1);
    all.put("shuffle_method", "batch_shuffle");
    all.put("use_gpu", false);
    all.putAll(given);
    return TrainingConfiguration.of(all);
  }

  RunState train(String run, Map<String, Object> given) throws InterruptedException {
    return dispatch().sendAndAwaitEnd(new Command.Train(new RunId(run), configuration(given)));
  }

  RunState runState(RunId run) throws InterruptedException {
    return new RunStates(broker).newest(run).orElseThrow();
  }

  /** Waits as long as steps are made. */
  RunState awaitFinished(RunId run) throws InterruptedException {
    RunState moved = runState(run);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      RunState state = runState(run);
      assertThat(state.status()).as("%s", state).isNotEqualTo(RunStatus.FAILED);
      if (state.status() == RunStatus.FINISHED) {
        return state;
      }
      if (!state.equals(moved)) {
        moved = state;
        deadline = System.nanoTime() + LIMIT.toNanos();
      }
      assertThat(System.nanoTime()).as("time that %s stands still", state).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Waits until a run has made a step. */
  void awaitStep(RunId run, long step) throws InterruptedException {
    try (EventTail<MetricPoint> metrics =
        EventTail.of(broker, Topics.METRICS, MetricPoint.class, EventTail.Start.BEGINNING)) {
      awaitPoint(metrics, run, point -> point.step() >= step);
    }
  }

  /** Starts a run, and waits until it has published a certain point. */
  void trainInto(RunId run, Predicate<MetricPoint> awaited) throws InterruptedException {
    try (EventTail<MetricPoint> metrics =
        EventTail.of(broker, Topics.METRICS, MetricPoint.class, EventTail.Start.NOW)) {
      dispatch().send(new Command.Train(run, configuration(Map.of())));
      awaitPoint(metrics, run, awaited);
    }
  }

  /** Reads on to a certain point of a run; those of other runs may still come. */
  static void awaitPoint(EventTail<MetricPoint> metrics, RunId run, Predicate<MetricPoint> awaited)
      throws InterruptedException {
    MetricPoint point;
    do {
      point = metrics.next(LIMIT).orElseThrow().body();
    } while (!point.run().equals(run) || !awaited.test(point));
  }

  /** The first test result of any run. */
  Evaluation awaitEvaluation() throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      List<Evaluation> evaluations = read(Topics.EVALUATIONS, Evaluation.class);
      if (!evaluations.isEmpty()) {
        return evaluations.get(0);
      }
      assertThat(System.nanoTime()).as("time to wait for a test result").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** The process of a service that this stack has started; any one of several replicas. */
  static ProcessHandle process(String service) {
    return ProcessHandle.current()
        .children()
        .filter(child -> commandLine(child).contains(service))
        // A service that the test itself has started has no agent that watches its parent.
        .filter(child -> commandLine(child).contains("-javaagent:"))
        .findFirst()
        .orElseThrow();
  }

  private static String commandLine(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }

  CommandDispatch dispatch() {
    return CommandLineDispatch.to(broker, LIMIT);
  }

  /** SHA-256 of the weights after the last epoch. */
  String weights(String run) throws InterruptedException {
    return read(Topics.CHECKPOINTS, CheckpointCommitted.class).stream()
        .filter(event -> event.run().value().equals(run))
        .filter(event -> event.checkpoint().toString().equals(LAST_CHECKPOINT))
        .flatMap(event -> event.files().stream())
        .filter(file -> file.name().equals("model.safetensors"))
        .map(CheckpointFile::sha256)
        .findFirst()
        .orElseThrow();
  }

  Map<Long, Double> losses(String run) throws InterruptedException {
    return read(Topics.METRICS, MetricPoint.class).stream()
        .filter(point -> point.run().value().equals(run))
        .filter(point -> point.name() == MetricName.TRAIN_LOSS)
        .collect(
            Collectors.toMap(
                MetricPoint::step,
                MetricPoint::value,
                RunningPipeline::refuseSecond,
                TreeMap::new));
  }

  /** A curve has one value at a step. */
  private static Double refuseSecond(Double one, Double other) {
    throw new AssertionError("two losses at one step: " + one + " and " + other);
  }

  /**
   * The checkpoints tested, waiting until all ends of epochs are. The last one need not come last.
   */
  List<String> tested(String run) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      List<String> tested =
          read(Topics.EVALUATIONS, Evaluation.class).stream()
              .filter(evaluation -> evaluation.run().value().equals(run))
              .map(evaluation -> evaluation.checkpoint().toString())
              .toList();
      if (tested.containsAll(CHECKPOINTS) || System.nanoTime() > deadline) {
        return tested;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  <T> List<T> read(String topic, Class<T> type) throws InterruptedException {
    try (EventTail<T> tail = EventTail.of(broker, topic, type, EventTail.Start.BEGINNING)) {
      return tail.upToNow().stream().map(ReceivedEvent::body).toList();
    }
  }
}
