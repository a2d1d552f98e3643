package deepspeech.evaluator.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Readiness check: down while the broker, the store or data-prep delays an evaluation. */
@Readiness
@ApplicationScoped
public class EvaluationHealth implements HealthCheck {
  private final EvaluationStatus status;

  EvaluationHealth(EvaluationStatus status) {
    this.status = status;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("evaluation")
            .status(status.hindrance().isEmpty())
            .withData("waiting", status.waiting());
    status.checkpoint().ifPresent(checkpoint -> response.withData("checkpoint", checkpoint));
    status.hindrance().ifPresent(line -> response.withData("hindrance", line));
    return response.build();
  }
}
