package deepspeech.evaluator.service;

import deepspeech.operations.health.DependencyCheck;
import deepspeech.operations.health.DependencyReport;
import deepspeech.operations.health.DependencyWatch;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Health checks of the evaluator's dependencies, in {@code /q/health}. */
@ApplicationScoped
public class EvaluatorHealth {
  static final String BROKER = "broker";
  static final String STORE = "store";
  static final String MODEL = "model";

  void begin(@Observes StartupEvent event, DependencyWatch dependencies) {
    dependencies.start();
  }

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
}
