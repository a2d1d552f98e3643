package deepspeech.evaluator.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Liveness check: down if the thread that evaluates has ended. */
@Liveness
@ApplicationScoped
public class EvaluationLiveness implements HealthCheck {
  private final EvaluationWorker worker;

  EvaluationLiveness(EvaluationWorker worker) {
    this.worker = worker;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("evaluation thread").status(worker.isAlive()).build();
  }
}
