package deepspeech.trainer.service;

import deepspeech.trainer.run.RunWorker;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * The health checks of {@code /q/health}. An idle trainer is ready, because it can train the next
 * run.
 */
@ApplicationScoped
public class TrainerHealth {
  /** Fails once the training thread has ended. Only a restart helps then. */
  @Produces
  @Singleton
  @Liveness
  HealthCheck training(RunWorker worker) {
    return () -> HealthCheckResponse.named("training").status(worker.isAlive()).build();
  }
}
