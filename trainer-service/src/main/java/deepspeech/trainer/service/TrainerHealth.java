package deepspeech.trainer.service;

import deepspeech.operations.health.DependencyCheck;
import deepspeech.operations.health.DependencyReport;
import deepspeech.operations.health.DependencyWatch;
import deepspeech.trainer.run.RunWorker;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/**
 * The health checks of {@code /q/health}. A trainer that stands by is ready, because it can train
 * when it becomes active.
 */
@ApplicationScoped
public class TrainerHealth {
  static final String BROKER = "broker";
  static final String STORE = "store";
  static final String MODEL = "model";

  @Produces
  @Singleton
  @Readiness
  HealthCheck broker(DependencyWatch dependencies) {
    return new DependencyCheck(dependencies, BROKER);
  }

  @Produces
  @Singleton
  @Readiness
  HealthCheck store(DependencyWatch dependencies) {
    return new DependencyCheck(dependencies, STORE);
  }

  @Produces
  @Singleton
  @Readiness
  HealthCheck model(DependencyWatch dependencies) {
    return new DependencyCheck(dependencies, MODEL);
  }

  @Produces
  @Singleton
  @Liveness
  HealthCheck dependencies(DependencyWatch dependencies) {
    return new DependencyReport(dependencies);
  }

  /** Fails once the training thread has ended. Only a restart helps then. */
  @Produces
  @Singleton
  @Liveness
  HealthCheck training(RunWorker worker) {
    return () -> HealthCheckResponse.named("training").status(worker.isAlive()).build();
  }
}
