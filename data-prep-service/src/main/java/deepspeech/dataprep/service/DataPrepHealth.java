package deepspeech.dataprep.service;

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

/**
 * The health checks of {@code /q/health}. The store check covers the dataset root and, if
 * configured, the S3 server.
 */
@ApplicationScoped
public class DataPrepHealth {
  static final String BROKER = "broker";
  static final String STORE = "store";

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
  @Liveness
  HealthCheck dependencies(DependencyWatch dependencies) {
    return new DependencyReport(dependencies);
  }
}
