package deepspeech.trainer.service;

import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.broker.BrokerProbe;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.trace.Tracing;
import deepspeech.broker.trace.TracingConfiguration;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import deepspeech.objectstore.Retry;
import deepspeech.runtime.health.DependencyWatch;
import deepspeech.runtime.logging.LogFormat;
import deepspeech.runtime.quarkus.DiskGauges;
import deepspeech.trainer.checkpoint.CheckpointAccess;
import deepspeech.trainer.checkpoint.NewRunValidator;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import deepspeech.trainer.checkpoint.WorkDirectory;
import deepspeech.trainer.checkpoint.WorkFiles;
import deepspeech.trainer.command.CommandHandler;
import deepspeech.trainer.command.CommandRouter;
import deepspeech.trainer.run.DeviceFailures;
import deepspeech.trainer.run.Preemption;
import deepspeech.trainer.run.RunConductor;
import deepspeech.trainer.run.RunJournal;
import deepspeech.trainer.run.RunLeases;
import deepspeech.trainer.run.RunRegistry;
import deepspeech.trainer.run.RunWarnings;
import deepspeech.trainer.run.RunWorker;
import deepspeech.trainer.run.TestWarnings;
import deepspeech.trainer.run.TrainerProbe;
import deepspeech.trainer.run.UnservedRuns;
import deepspeech.trainer.training.RunFailedException;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Wires the trainer and ties it to the life cycle of the process. */
@ApplicationScoped
public class TrainerService {
  private static final String BROKER = "broker";

  /** The status with which the process ends when it cannot use a GPU any more. */
  private static final int DEVICE_FAILED = 1;

  private final EnvironmentVariables environment = EnvironmentVariables.ofProcess();
  private final TrainerConfiguration configuration = TrainerConfiguration.of(environment);
  private final Consumer<String> console = LogFormat.of(environment).console();
  private final Clock clock = Clock.systemUTC();
  private final TrainerDevices devices = new AnnouncedDevices(console);
  private final Path workDirectory =
      WorkFiles.cleared(configuration.workDirectory(), configuration.trainerId());
  private final EventPublisher publisher =
      EventPublisher.patient(
          configuration.broker(), "/trainer-service", configuration.patience(), console);
  private final EventPublisher messagePublisher =
      new EventPublisher(configuration.broker(), "/trainer-service");
  private final CheckpointStore store =
      CheckpointStore.connect(
          configuration.store(), Retry.patient(configuration.patience(), console));
  private final CheckpointStore leaseStore = CheckpointStore.connect(configuration.store());
  private final CheckpointStore probedStore =
      CheckpointStore.connect(configuration.store(), Retry.NONE);
  private final BrokerRetry patience = new BrokerRetry(configuration.patience(), console);
  private final PendingEvaluations pendingEvaluations =
      new PendingEvaluations(configuration.pendingBytes());
  private final LeftData leftData = new LeftData(configuration.broker());
  private final LifeSocket life;
  private final RunLeases leases;
  private final TopicLag lag = new TopicLag(configuration.broker(), patience);
  private final BrokerProbe brokerProbe = new BrokerProbe(configuration.broker());
  private final DependencyWatch dependencies =
      new DependencyWatch(
          Map.of(BROKER, brokerProbe, "store", probedStore::check, "model", TorchEngine::start));
  private final TrainerMeters meters;
  private final Tracing tracing;
  private final RunRegistry registry;
  private final RunWarnings warnings;
  private final UnservedRuns unserved;
  private final EvaluationFollower evaluations;
  private final FollowedTopic<RunState> runs;
  private final NewestRunStates states;
  private final Preemption preemption;
  private final RunWorker worker;
  private final CommandHandler handler;
  private final CommandRouter router;
  private final TrainerPresence presence;
  private final TrainerMessages messages;

  TrainerService(
      MeterRegistry meterRegistry,
      OpenTelemetry telemetry,
      @ConfigProperty(name = "quarkus.http.host") String host)
      throws InterruptedException {
    life = LifeSocket.open(host, configuration.lifePort());
    leases = leases();
    tracing = TracingConfiguration.of(environment).tracing(telemetry);
    meters = new TrainerMeters(meterRegistry);
    registry = new RunRegistry(this::keep, List.of());
    runs =
        new FollowedTopic<>(
            "run-follower",
            EventTail.of(configuration.broker(), Topics.RUNS, RunState.class, EventTail.Start.NOW),
            this::changed);
    states = new NewestRunStates(configuration.broker(), registry);
    states.read();
    presence =
        new TrainerPresence(configuration.trainerId(), messagePublisher, devices, System::nanoTime);
    TrainerPool pool =
        new TrainerPool(leases, registry, states, presence::canTrain, leftData, clock);
    warnings = new RunWarnings(registry, pool, clock);
    unserved =
        new UnservedRuns(
            registry,
            warnings,
            presence::isThere,
            run -> presence.canTrain(run) || presence.anotherCanTrain(run),
            clock);
    evaluations =
        new EvaluationFollower(
            configuration.broker(), pendingEvaluations, new TestWarnings(warnings));
    worker = worker(pool, conductor());
    preemption = new Preemption(registry, worker, presence::canTrain, System::nanoTime);
    handler = commands();
    messages =
        new TrainerMessages(
            configuration.broker(),
            configuration.trainerId(),
            messagePublisher,
            presence,
            leases,
            handler);
    router = new CommandRouter(handler, registry, pool, messages);
    meters.follow(lag);
    meters.follow(registry::queue);
    DiskGauges.register(meterRegistry, workDirectory);
  }

  private RunLeases leases() {
    return new RunLeases(
        leaseStore.leases(),
        configuration.trainerId(),
        life,
        () -> dependencies.trouble(BROKER).isEmpty(),
        new TrainerProbe(),
        clock);
  }

  /** Called with each new state of any run. */
  private void changed(RunState state) {
    registry.adopt(state);
    if (state.waits()) {
      worker.wake();
    } else if (!configuration.trainerId().equals(state.assignment().trainer())) {
      worker.forget(state.run());
    }
    meters.queue(registry.queue());
  }

  private RunConductor conductor() {
    return new RunConductor(
        new RunJournal(
            registry,
            new MeteredRunEvents(
                new KafkaRunEvents(configuration.broker(), publisher, leases), meters),
            leases,
            clock),
        CheckpointAccess.of(
            store,
            new WorkDirectory(workDirectory, configuration.patience(), console),
            pendingEvaluations,
            new EvaluationHistory(configuration.broker())::of),
        (run, stop) ->
            new KafkaTrainingData(
                configuration.broker(),
                run,
                new TrainingPrefetch(
                    configuration.batchesAhead(), Runtime.getRuntime().maxMemory()),
                patience,
                stop,
                console,
                tracing),
        lag::now,
        presence::mayBeForAnother,
        console,
        tracing);
  }

  private RunWorker worker(TrainerPool pool, RunConductor conductor) {
    return new RunWorker(
        registry,
        pool,
        new DeviceFailures(
            (run, stop) -> {
              meters.begin(run, clock.instant());
              try {
                conductor.conduct(run, stop);
              } finally {
                meters.leave(run);
              }
            },
            registry,
            clock,
            line -> {
              console.accept(line);
              Quarkus.asyncExit(DEVICE_FAILED);
            }));
  }

  private CommandHandler commands() {
    return new CommandHandler(
        registry,
        new TrainerControl(worker, registry, store, publisher, leftData, clock),
        new TrainerFeasibility(new NewRunValidator(store, workDirectory), presence),
        clock);
  }

  private void keep(RunState state) {
    leases.requireHeld(state.run());
    try {
      publisher.publish(state);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunFailedException("interrupted before the state of the run was published", e);
    }
    boolean wasUnfinished =
        registry.find(state.run()).filter(before -> before.status().ended()).isEmpty();
    if (state.status().ended() && wasUnfinished) {
      meters.ended(state.status());
    }
  }

  void start(@Observes StartupEvent event) {
    evaluations.start();
    lag.start();
    runs.start();
    messages.start();
    worker.start();
    preemption.start();
    unserved.start();
    presence.start();
  }

  /** Receives the commands from now on. */
  void activate() {
    meters.active(true);
    meters.queue(registry.queue());
    warnings.active(true);
  }

  /** Leaves the commands to another trainer. */
  void standBy() {
    meters.active(false);
    meters.queue(registry.queue());
    warnings.active(false);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    worker
        .shutDown(configuration.shutdownGrace())
        .ifPresent(
            run ->
                console.accept(
                    "Run %s: no checkpoint within %d s; it will resume from the previous checkpoint"
                        .formatted(run, configuration.shutdownGrace().toSeconds())));
    life.close();
    preemption.close();
    unserved.close();
    presence.close();
    messages.close();
    runs.close();
    states.close();
    evaluations.close();
    lag.close();
    brokerProbe.close();
    probedStore.close();
    messagePublisher.close();
    publisher.close();
    store.close();
    leaseStore.close();
  }

  @Produces
  @Singleton
  EventPublisher publisher() {
    return publisher;
  }

  @Produces
  @Singleton
  DependencyWatch dependencies() {
    return dependencies;
  }

  @Produces
  @Singleton
  RunWorker worker() {
    return worker;
  }

  @Produces
  @Singleton
  TrainerMeters meters() {
    return meters;
  }

  @Produces
  @Singleton
  Tracing tracing() {
    return tracing;
  }

  @Produces
  @Singleton
  CommandHandler commandHandler() {
    return handler;
  }

  @Produces
  @Singleton
  CommandRouter commandRouter() {
    return router;
  }
}
