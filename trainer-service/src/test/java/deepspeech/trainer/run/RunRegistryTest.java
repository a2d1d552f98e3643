package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunRegistryTest {
  private static final RunId RUN = new RunId("run");
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant ELEVEN = Instant.parse("2026-01-01T11:00:00Z");

  private final List<RunState> log = new ArrayList<>();
  private final RunRegistry registry = new RunRegistry(log::add, List.of());

  @Test
  void aClockThatIsSetBackDatesNoStateBeforeTheOneBeforeIt() {
    // Given
    registry.put(RunState.accepted(RUN, TrainingConfiguration.defaults(), NOON));

    // When
    RunState changed = registry.change(RUN, state -> state.withStatus(RunStatus.RUNNING, ELEVEN));

    // Then
    assertThat(changed.time()).isEqualTo(NOON.plusNanos(1000));
    assertThat(log).extracting(RunState::time).containsExactly(NOON, NOON.plusNanos(1000));
    assertThat(log.get(1).status()).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void aStateThatIsReadLateDoesNotReplaceALaterOne() {
    // Given
    registry.put(RunState.accepted(RUN, TrainingConfiguration.defaults(), NOON));
    RunState before = registry.find(RUN).orElseThrow();
    RunState changed = registry.change(RUN, state -> state.withStatus(RunStatus.RUNNING, NOON));

    // When
    registry.adopt(before);

    // Then
    assertThat(registry.find(RUN)).contains(changed);

    // When
    RunState later = changed.withStatus(RunStatus.FINISHED, NOON.plusSeconds(1));
    registry.adopt(later);

    // Then
    assertThat(registry.find(RUN)).contains(later);
  }

  @Test
  void everyStateOfARunIsDatedAfterItsLastChange() {
    // Given
    registry.put(RunState.accepted(RUN, TrainingConfiguration.defaults(), NOON));

    // When
    // Then
    assertThat(registry.time(RUN, ELEVEN)).isEqualTo(NOON.plusNanos(1000));
    assertThat(registry.time(RUN, NOON.plusSeconds(1))).isEqualTo(NOON.plusSeconds(1));
    assertThat(registry.time(new RunId("new"), ELEVEN)).isEqualTo(ELEVEN);
  }
}
