package deepspeech.runtime.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.runtime.health.DependencyWatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DependencyHealthTest {
  private final SynchronousQueue<String> broker = new SynchronousQueue<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private final DependencyWatch watch =
      new DependencyWatch(
          Map.of(
              "broker",
              () -> {
                String trouble = broker.take();
                if (!trouble.isEmpty()) {
                  throw new IllegalStateException(trouble);
                }
              },
              "store",
              never::await));

  @AfterEach
  void stop() {
    watch.close();
  }

  @Test
  void aDependencyThatWasNotCheckedIsDown() {
    assertThat(new DependencyCheck(watch, "broker").call().getStatus())
        .isEqualTo(HealthCheckResponse.Status.DOWN);
  }

  @Test
  void aDependencyIsUpDownWithItsReasonAndUpAgainThoughAnotherDoesNotAnswer() throws Exception {
    // Given
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    DependencyGauges.register(registry, watch);
    DependencyCheck check = new DependencyCheck(watch, "broker");
    watch.start();

    // When
    check("");

    // Then
    assertThat(check.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    assertThat(gauge(registry, "broker")).isEqualTo(1);
    assertThat(gauge(registry, "store")).isZero();

    // When
    check("broker a:1: no answer\n\tat somewhere");
    HealthCheckResponse down = check.call();

    // Then
    assertThat(down.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
    assertThat(down.getData().orElseThrow()).containsEntry("reason", "broker a:1: no answer");
    assertThat(gauge(registry, "broker")).isZero();
    HealthCheckResponse report = new DependencyReport(watch).call();
    assertThat(report.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    assertThat(report.getData().orElseThrow())
        .containsEntry("broker", "down: broker a:1: no answer")
        .containsEntry("store", "down: not checked yet");

    // When
    check("");

    // Then
    assertThat(check.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
  }

  /** Lets the probe find a trouble, or none, and waits until it is known. */
  private void check(String trouble) throws InterruptedException {
    broker.put(trouble);
    String known = trouble.lines().findFirst().orElse("");
    while (!watch.trouble("broker").orElse("").equals(known)) {
      Thread.sleep(5);
    }
  }

  private static double gauge(SimpleMeterRegistry registry, String dependency) {
    return registry.get("deepspeech.dependency.up").tag("dependency", dependency).gauge().value();
  }
}
