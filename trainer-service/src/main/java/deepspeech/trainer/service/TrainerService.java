package deepspeech.trainer.service;

import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.broker.BrokerProbe;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.RunStates;
import deepspeech.broker.trace.Tracing;
import deepspeech.broker.trace.TracingConfiguration;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
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
import deepspeech.trainer.run.RunConductor;
import deepspeech.trainer.run.RunJournal;
import deepspeech.trainer.run.RunLeases;
import deepspeech.trainer.run.RunRegistry;
import deepspeech.trainer.run.RunWorker;
import deepspeech.trainer.run.TestWarnings;
import deepspeech.trainer.training.RunFailedException;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Wires the trainer and ties it to the life cycle of the process. */
@ApplicationScoped
public class TrainerService {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  private final EnvironmentVariables environment = EnvironmentVariables.ofProcess();
  private final TrainerConfiguration configuration = TrainerConfiguration.of(environment);
  private final Consumer<String> console = LogFormat.of(environment).console();
  private final Clock clock = Clock.systemUTC();
  private final Path workDirectory =
      WorkFiles.cleared(configuration.workDirectory(), configuration.trainerId());
  private final EventPublisher publisher =
      EventPublisher.patient(
          configuration.broker(), "/trainer-service", configuration.patience(), console);
  private final CheckpointStore store =
      CheckpointStore.connect(
          configuration.store(), Retry.patient(configuration.patience(), console));
  private final CheckpointStore leaseCheckStore = CheckpointStore.connect(configuration.store());
  private final CheckpointStore probedStore =
      CheckpointStore.connect(configuration.store(), Retry.NONE);
  private final BrokerRetry patience = new BrokerRetry(configuration.patience(), console);
  private final PendingEvaluations pendingEvaluations =
      new PendingEvaluations(configuration.pendingBytes());
  private final RunLeases leases =
      new RunLeases(store, leaseCheckStore, configuration.trainerId(), clock);
  private final TopicLag lag = new TopicLag(configuration.broker(), patience);
  private final BrokerProbe brokerProbe = new BrokerProbe(configuration.broker());
  private final DependencyWatch dependencies =
      new DependencyWatch(
          Map.of("broker", brokerProbe, "store", probedStore::check, "model", TorchEngine::start));
  private final TrainerMeters meters;
  private final Tracing tracing;
  private final RunRegistry registry;
  private final TestWarnings warnings;
  private final EvaluationFollower evaluations;
  private final RunWorker worker;

  TrainerService(MeterRegistry meterRegistry, OpenTelemetry telemetry) throws InterruptedException {
    tracing = TracingConfiguration.of(environment).tracing(telemetry);
    meters = new TrainerMeters(meterRegistry);
    registry = new RunRegistry(this::keep, List.of());
    warnings = new TestWarnings(registry, this::newestState, clock);
    evaluations = new EvaluationFollower(configuration.broker(), pendingEvaluations, warnings);
    RunConductor conductor =
        new RunConductor(
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
                    configuration.batchesAhead(),
                    patience,
                    stop,
                    console,
                    tracing),
            lag::now,
            console,
            tracing);
    worker =
        new RunWorker(
            registry,
            (run, stop) -> {
              meters.begin(run, clock.instant());
              try {
                conductor.conduct(run, stop);
              } finally {
                meters.leave(run);
              }
            });
    meters.follow(lag);
    meters.follow(worker::waiting);
    DiskGauges.register(meterRegistry, workDirectory);
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

  private Optional<RunState> newestState(RunId run) {
    try {
      return new RunStates(configuration.broker(), READ_TIMEOUT).newest(run);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  void start(@Observes StartupEvent event) {
    evaluations.start();
    lag.start();
    worker.start();
  }

  /**
   * Resumes the runs that an earlier trainer left unfinished, once the broker returns their states.
   */
  void activate() {
    meters.active(true);
    warnings.active(true);
    try {
      RunStates states = new RunStates(configuration.broker(), READ_TIMEOUT);
      worker.queueUnfinished(patience.await(states::newest).values());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the states of the runs were read", e);
    }
  }

  /**
   * Suspends the warnings about tests. Another trainer may hold the runs by now, or none, and no
   * warning is written until that is clear.
   */
  void suspendWarnings() {
    warnings.active(false);
  }

  /** Leaves the runs to another trainer. */
  void handOver() {
    meters.active(false);
    warnings.active(false);
    worker.handOver();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    worker
        .shutDown(configuration.shutdownGrace())
        .ifPresent(
            run ->
                console.accept(
                    "Run %s: no checkpoint within %d s; it will resume from the previous checkpoint"
                        .formatted(run, configuration.shutdownGrace().toSeconds())));
    evaluations.close();
    lag.close();
    brokerProbe.close();
    probedStore.close();
    publisher.close();
    store.close();
    leaseCheckStore.close();
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
    return new CommandHandler(
        registry,
        new TrainerControl(worker, registry, store, publisher, clock),
        new TrainerFeasibility(new NewRunValidator(store, workDirectory)),
        clock);
  }
}
