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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Trains a configuration twice, the second time with disturbances, and compares the two runs. */
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
   * Trains both runs to their end.
   *
   * @param name of the disturbed run; the undisturbed run has this name with the suffix {@code
   *     -calm}
   * @param configuration must have a {@code log_interval} of 1, so that every step is compared
   * @throws CommandFailedException if a run is rejected, fails or does not end
   */
  public ChaosReport perform(RunId name, TrainingConfiguration configuration)
      throws InterruptedException {
    RunId calm = new RunId(name + "-calm");
    notes.accept("Training " + calm + " without disturbances");
    Instant began = Instant.now();
    RunState calmEnd = train(calm, configuration, progress -> Optional.empty());
    Duration undisturbed = Duration.between(began, Instant.now());
    long steps = calmEnd.position().step();
    notes.accept(
        "Training %s with %d disturbances in %d steps"
            .formatted(name, settings.disturbances(), steps));
    began = Instant.now();
    Disturber disturber = new Disturber(stack, settings, steps, notes);
    disturber.start();
    RunState end;
    try {
      end = train(name, configuration, progress -> observe(progress, disturber));
    } finally {
      disturber.end();
    }
    Duration disturbed = Duration.between(began, Instant.now());
    return report(calm, end, disturber.done(), began, undisturbed, disturbed);
  }

  private static Optional<String> observe(RunProgress progress, Disturber disturber) {
    progress.state().ifPresent(disturber::progress);
    return disturber.failure();
  }

  private RunState train(
      RunId run,
      TrainingConfiguration configuration,
      Function<RunProgress, Optional<String>> observer)
      throws InterruptedException {
    var unused =
        CommandLineDispatch.to(broker, ACCEPTED_WITHIN).send(new Command.Train(run, configuration));
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
      RunState end,
      List<DisturbedProcess> done,
      Instant began,
      Duration undisturbed,
      Duration disturbed)
      throws InterruptedException {
    RunTrace expected = RunTrace.read(broker, calm);
    RunTrace found = RunTrace.read(broker, end.run());
    Recoveries recoveries = recoveries(expected, found.checkpoints(), done, began);
    List<ChaosCheck> checks = new ArrayList<>();
    checks.add(
        new ChaosCheck(
            "disturbed %d times".formatted(settings.disturbances()),
            done.size() == settings.disturbances()
                ? List.of()
                : List.of("the run ended after %d disturbances".formatted(done.size()))));
    checks.addAll(new Comparison(expected, found).checks());
    try (CheckpointStore store = CheckpointStore.connect(state.checkpointStore())) {
      checks.add(new StoreInspection(store).inspect(end.run(), end.lastCheckpoint()));
    }
    checks.add(recoveries.repeatedSteps());
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
