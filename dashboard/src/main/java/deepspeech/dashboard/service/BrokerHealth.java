package deepspeech.dashboard.service;

import deepspeech.dashboard.reading.BrokerStatus;
import deepspeech.dashboard.reading.HistoryReader;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Readiness check: down while the broker does not answer, and until the existing messages of the
 * topics have been read.
 */
@Readiness
@ApplicationScoped
public class BrokerHealth implements HealthCheck {
  private final HistoryReader reader;

  BrokerHealth(HistoryReader reader) {
    this.reader = reader;
  }

  @Override
  public HealthCheckResponse call() {
    BrokerStatus status = reader.status();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("broker")
            .status(status.isReady())
            .withData("since", status.since().toString())
            .withData("reading", status.reading());
    if (status.reason() != null) {
      response.withData("hindrance", status.reason());
    }
    return response.build();
  }
}
