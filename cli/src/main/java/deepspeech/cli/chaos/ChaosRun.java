package deepspeech.cli.chaos;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.cli.dispatch.CommandLineDispatch;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.progress.RunFollower;
import deepspeech.cli.progress.RunProgress;
import deepspeech.cli.stack.LocalStack;
import deepspeech.cli.stack.StackState;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Trains a configuration without disturbances, then in one or several runs with disturbances, and
 * compares each of these with the first.
 */
public final class ChaosRun {
  private static final Duration ACCEPTED_WITHIN = Duration.ofMinutes(1);

  private final LocalStack stack;
  private final StackState state;
  private final BrokerConfiguration broker;
  private final ChaosSettings settings;
  private final Consumer<String> notes;

  /**
   * Creates a chaos run on a running stack.
   *
   * @param notes receives messages for the user, one line each
   */
  public ChaosRun(
      LocalStack stack, StackState state, ChaosSettings settings, Consumer<String> notes) {
    this.stack = stack;
    this.state = state;
    this.broker = BrokerConfiguration.of(state.bootstrapServers());
    this.settings = settings;
    this.notes = notes;
  }

  /**
   * Trains all runs to their end.
   *
   * @param name of the disturbed run; if there are several, they have this name with the suffixes
   *     {@code -1}, {@code -2} and so on; the undisturbed run has the suffix {@code -calm}
   * @param configuration must have a {@code log_interval} of 1, so that every step is compared
   * @throws CommandFailedException if a run is rejected, fails or does not end
   */
  public ChaosReport perform(RunId name, TrainingConfiguration configuration)
      throws InterruptedException {
    RunId calm = new RunId(name + "-calm");
    notes.accept("Training " + calm + " without disturbances");
    Instant began = Instant.now();
    queue(calm, configuration);
    RunState calmEnd = follow(calm, progress -> Optional.empty());
    Duration undisturbed = Duration.between(began, Instant.now());
    List<RunId> runs = disturbedRuns(name);
    long steps = calmEnd.position().step() * runs.size();
    notes.accept(
        "Training %s with %d disturbances in %d steps"
            .formatted(
                runs.stream().map(RunId::toString).collect(Collectors.joining(", ")),
                settings.disturbances(),
                steps));
    began = Instant.now();
    Disturber disturber = new Disturber(stack, settings, steps, notes);
    disturber.start();
    List<RunState> ends;
    try {
      for (RunId run : runs) {
        queue(run, configuration);
      }
      ends = followAll(runs, disturber);
    } finally {
      disturber.end();
    }
    Duration disturbed = Duration.between(began, Instant.now());
    return report(calm, ends, disturber.done(), began, undisturbed, disturbed);
  }

  private List<RunId> disturbedRuns(RunId name) {
    return settings.runs() == 1
        ? List.of(name)
        : IntStream.rangeClosed(1, settings.runs())
            .mapToObj(number -> new RunId(name + "-" + number))
            .toList();
  }

  private void queue(RunId run, TrainingConfiguration configuration) throws InterruptedException {
    var unused =
        CommandLineDispatch.to(broker, ACCEPTED_WITHIN).send(new Command.Train(run, configuration));
  }

  /** Follows the runs side by side. The first failure ends all. */
  private List<RunState> followAll(List<RunId> runs, Disturber disturber)
      throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(runs.size());
    try {
      CompletionService<RunState> followers = new ExecutorCompletionService<>(threads);
      for (RunId run : runs) {
        followers.submit(() -> follow(run, progress -> observe(progress, disturber)));
      }
      List<RunState> ends = new ArrayList<>();
      while (ends.size() < runs.size()) {
        ends.add(followers.take().get());
      }
      ends.sort(Comparator.comparing(end -> runs.indexOf(end.run())));
      return ends;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandFailedException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Optional<String> observe(RunProgress progress, Disturber disturber) {
    progress.state().ifPresent(disturber::progress);
    return disturber.failure();
  }

  private RunState follow(RunId run, Function<RunProgress, Optional<String>> observer)
      throws InterruptedException {
    RunProgress progress = new RunProgress(run, ZoneId.systemDefault(), this::noteTest);
    Instant deadline = Instant.now().plus(settings.limit());
    Supplier<Optional<String>> interruption =
        () ->
            observer
                .apply(progress)
                .or(stack::failure)
                .or(
                    () ->
                        Instant.now().isAfter(deadline)
                            ? Optional.of(
                                "run %s did not end within %d s"
                                    .formatted(run, settings.limit().toSeconds()))
                            : Optional.empty());
    new RunFollower(broker, settings.limit(), notes).follow(progress, interruption);
    RunState end = progress.state().orElseThrow();
    if (end.status() != RunStatus.FINISHED) {
      throw new CommandFailedException("run %s %s: %s".formatted(run, end.status(), end.reason()));
    }
    return end;
  }

  private void noteTest(String line) {
    if (line.startsWith("Test ")) {
      notes.accept(line);
    }
  }

  private ChaosReport report(
      RunId calm,
      List<RunState> ends,
      List<DisturbedProcess> done,
      Instant began,
      Duration undisturbed,
      Duration disturbed)
      throws InterruptedException {
    RunTrace expected = RunTrace.read(broker, calm);
    List<ChaosCheck> checks = new ArrayList<>();
    checks.add(
        new ChaosCheck(
            "disturbed %d times".formatted(settings.disturbances()),
            done.size() == settings.disturbances()
                ? List.of()
                : List.of("the training ended after %d disturbances".formatted(done.size()))));
    Map<RunId, List<ChaosCheck>> comparisons = new LinkedHashMap<>();
    Optional<Recoveries> recoveries = Optional.empty();
    try (CheckpointStore store = CheckpointStore.connect(state.checkpointStore())) {
      for (RunState end : ends) {
        RunTrace found = RunTrace.read(broker, end.run());
        List<ChaosCheck> ofRun = new ArrayList<>(new Comparison(expected, found).checks());
        ofRun.add(new StoreInspection(store).inspect(end.run(), end.lastCheckpoint()));
        comparisons.put(end.run(), ofRun);
        if (ends.size() == 1) {
          // The steps in the logs do not name their run.
          recoveries = Optional.of(recoveries(expected, found.checkpoints(), done, began));
        }
      }
    }
    checks.addAll(ChaosCheck.ofEach(comparisons));
    recoveries.map(Recoveries::repeatedSteps).ifPresent(checks::add);
    return new ChaosReport(settings, done, undisturbed, disturbed, recoveries, checks);
  }

  private Recoveries recoveries(
      RunTrace expected,
      List<CheckpointCommitted> checkpoints,
      List<DisturbedProcess> done,
      Instant began) {
    List<Instant> kills =
        done.stream()
            .filter(one -> one.disturbance().equals(Disturbance.kill(Disturbance.TRAINER)))
            .map(DisturbedProcess::at)
            .toList();
    Map<String, Long> numbers =
        expected.points().stream()
            .filter(point -> point.name() == MetricName.TRAIN_LOSS)
            .collect(
                Collectors.toMap(
                    point -> Recovery.key(point.epoch(), point.batch()),
                    point -> point.step(),
                    (one, other) -> one));
    List<TrainerLog.Step> steps =
        stack.services().stream()
            .filter(LocalStack::isTrainer)
            .map(stack::logOf)
            .filter(Files::exists)
            .flatMap(log -> TrainerLog.steps(log, ZoneId.systemDefault()).stream())
            .filter(step -> step.time().isAfter(began))
            .sorted(Comparator.comparing(TrainerLog.Step::time))
            .toList();
    return new Recoveries(Recovery.of(kills, steps, numbers, checkpoints));
  }
}
