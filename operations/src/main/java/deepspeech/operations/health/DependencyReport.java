package deepspeech.operations.health;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * For {@code /q/health/live}: tells of each dependency whether it can be used, and why not. Always
 * up: a new start of the service would not bring a broker back.
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
