package deepspeech.runtime.quarkus;

import deepspeech.runtime.health.DependencyWatch;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.health.api.HealthRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/**
 * Starts the {@link DependencyWatch} that a service produces, and publishes its results: one
 * readiness check and one gauge per dependency, and one liveness check with all of them. A service
 * without such a bean gets none of these.
 */
@ApplicationScoped
public class DependencyHealth {
  private final Instance<DependencyWatch> produced;
  private final HealthRegistry readiness;
  private final HealthRegistry liveness;
  private final MeterRegistry meters;

  DependencyHealth(
      Instance<DependencyWatch> produced,
      @Readiness HealthRegistry readiness,
      @Liveness HealthRegistry liveness,
      MeterRegistry meters) {
    this.produced = produced;
    this.readiness = readiness;
    this.liveness = liveness;
    this.meters = meters;
  }

  void start(@Observes StartupEvent event) {
    if (!produced.isResolvable()) {
      return;
    }
    DependencyWatch watch = produced.get();
    watch.names().forEach(name -> readiness.register(name, new DependencyCheck(watch, name)));
    liveness.register("dependencies", new DependencyReport(watch));
    DependencyGauges.register(meters, watch);
    watch.start();
  }

  @PreDestroy
  void stop() {
    if (produced.isResolvable()) {
      produced.get().close();
    }
  }
}
