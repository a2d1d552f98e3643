package deepspeech.runtime.quarkus;

import deepspeech.runtime.health.DependencyWatch;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Liveness check for {@code /q/health/live}: reports for each dependency whether it can be used,
 * and if not, why. It is always up, because a restart of the service would not restore a broker.
 */
public record DependencyReport(DependencyWatch watch) implements HealthCheck {
  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("dependencies").up();
    watch
        .names()
        .forEach(
            name ->
                response.withData(
                    name, watch.trouble(name).map(line -> "down: " + line).orElse("up")));
    return response.build();
  }
}
