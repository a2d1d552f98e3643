package deepspeech.trainer.service;

import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.RunStates;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.objectstore.Retry;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import deepspeech.trainer.checkpoint.StartingPoint;
import deepspeech.trainer.checkpoint.WorkDirectory;
import deepspeech.trainer.checkpoint.WorkFiles;
import deepspeech.trainer.command.CommandDesk;
import deepspeech.trainer.run.RunConductor;
import deepspeech.trainer.run.RunRegistry;
import deepspeech.trainer.run.RunWorker;
import deepspeech.trainer.run.Tenures;
import deepspeech.trainer.training.RunFailedException;
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

/** Puts the trainer together and ties it to the life of the process. */
@ApplicationScoped
public class TrainerService {
  private static final Duration READING_STANDS_STILL = Duration.ofSeconds(10);

  private final TrainerConfiguration configuration =
      TrainerConfiguration.of(EnvironmentVariables.ofProcess());
  private final Clock clock = Clock.systemUTC();
  private final Path workDirectory =
      WorkFiles.cleared(configuration.workDirectory(), configuration.trainerId());
  private final EventPublisher publisher =
      EventPublisher.patient(
          configuration.broker(),
          "/trainer-service",
          configuration.patience(),
          System.out::println);
  private final CheckpointStore store =
      CheckpointStore.connect(
          configuration.store(), Retry.patient(configuration.patience(), System.out::println));
  private final CheckpointStore claims = CheckpointStore.connect(configuration.store());
  private final StartingPoint startingPoint =
      new StartingPoint(store, workDirectory, new EvaluationHistory(configuration.broker())::of);
  private final BrokerPatience patience =
      new BrokerPatience(configuration.patience(), System.out::println);
  private final PendingEvaluations pendingEvaluations = new PendingEvaluations();
  private final EvaluationFollower evaluations =
      new EvaluationFollower(configuration.broker(), pendingEvaluations);
  private final Tenures tenures = new Tenures(store, claims, configuration.trainerId(), clock);
  private final TopicLag lag;
  private final RunRegistry registry;
  private final RunWorker worker;

  TrainerService() throws InterruptedException {
    lag = new TopicLag(configuration.broker(), patience);
    registry =
        new RunRegistry(
            state -> {
              tenures.requireHeld(state.run());
              try {
                publisher.publish(state);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RunFailedException("interrupted before the run's state was kept", e);
              }
            },
            List.of());
    worker =
        new RunWorker(
            registry,
            new RunConductor(
                registry,
                store,
                startingPoint,
                (run, stop) ->
                    new KafkaTrainingData(
                        configuration.broker(),
                        run,
                        configuration.batchesAhead(),
                        patience,
                        stop,
                        System.out::println),
                new KafkaRunEvents(configuration.broker(), publisher, tenures),
                pendingEvaluations,
                tenures,
                new WorkDirectory(workDirectory, configuration.patience(), System.out::println),
                lag::now,
                System.out,
                clock));
  }

  void start(@Observes StartupEvent event) {
    evaluations.start();
    lag.start();
    worker.start();
  }

  /** Goes on with what an earlier trainer left unfinished, as soon as the broker tells what. */
  void takeUp() {
    try {
      RunStates states = new RunStates(configuration.broker(), READING_STANDS_STILL);
      worker.takeUp(patience.await(states::newest).values());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the states of the runs were read", e);
    }
  }

  /** Leaves the runs to another trainer. */
  void handOver() {
    worker.handOver();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    worker
        .shutDown(configuration.shutdownGrace())
        .ifPresent(
            run ->
                System.out.printf(
                    "Run %s: no checkpoint within %d s; it goes on from the one before%n",
                    run, configuration.shutdownGrace().toSeconds()));
    evaluations.close();
    lag.close();
    publisher.close();
    store.close();
    claims.close();
  }

  @Produces
  @Singleton
  EventPublisher publisher() {
    return publisher;
  }

  @Produces
  @Singleton
  CommandDesk desk() {
    return new CommandDesk(
        registry,
        new TrainerControl(worker, registry, store, publisher, clock),
        new TrainerFeasibility(startingPoint),
        clock);
  }
}
