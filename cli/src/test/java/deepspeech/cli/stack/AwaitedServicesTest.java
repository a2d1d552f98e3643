package deepspeech.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AwaitedServicesTest {
  private final ServiceInstance trainer =
      new ServiceInstance("trainer-service", "trainer-service", List.of(), 8081);
  private final ServiceInstance evaluator =
      new ServiceInstance("evaluator-service", "evaluator-service-2", List.of(), 8280);

  private final Set<String> ready = new HashSet<>();
  private final List<String> announced = new ArrayList<>();
  private Duration now = Duration.ofSeconds(100);
  private final AwaitedServices awaited =
      new AwaitedServices(
          List.of(trainer, evaluator), ready::contains, announced::add, () -> now.toNanos());

  @Test
  void servicesThatAreReadyWithinTenSecondsAreNotAnnounced() throws Exception {
    // When
    boolean atFirst = after(0);
    boolean later = after(9);
    ready.add(trainer.healthUrl());
    ready.add(evaluator.healthUrl());
    boolean atLast = after(0.9);

    // Then
    assertThat(atFirst).isFalse();
    assertThat(later).isFalse();
    assertThat(atLast).isTrue();
    assertThat(announced).isEmpty();
  }

  @Test
  void thoseThatAreNotReadyAreNamedEveryTenSeconds() throws Exception {
    // When
    for (int second = 1; second <= 25; second++) {
      if (second == 15) {
        ready.add(trainer.healthUrl());
      }
      assertThat(after(1)).isFalse();
    }

    // Then
    assertThat(announced)
        .containsExactly(
            "Waiting for trainer-service, evaluator-service-2 (10 s so far)",
            "Waiting for evaluator-service-2 (20 s so far)");
    assertThat(awaited.first()).isEqualTo(evaluator);
  }

  @Test
  void aServiceThatWasReadyOnceIsNotCheckedAgain() throws Exception {
    // Given
    ready.add(trainer.healthUrl());
    boolean before = after(1);

    // When
    ready.clear();
    ready.add(evaluator.healthUrl());

    // Then
    assertThat(before).isFalse();
    assertThat(after(1)).isTrue();
  }

  private boolean after(double seconds) throws InterruptedException {
    now = now.plusMillis((long) (1000 * seconds));
    return awaited.areReady();
  }
}
