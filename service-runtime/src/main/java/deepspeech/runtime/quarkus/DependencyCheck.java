package deepspeech.runtime.quarkus;

import deepspeech.runtime.health.DependencyWatch;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Readiness check for {@code /q/health/ready}: down while a dependency cannot be used, with the
 * reason in one line.
 *
 * @param name of the dependency
 */
public record DependencyCheck(DependencyWatch watch, String name) implements HealthCheck {
  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(name).up();
    watch.trouble(name).ifPresent(line -> response.down().withData("reason", line));
    return response.build();
  }
}
