package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunWarningsTest {
  private static final RunId RUN = new RunId("run");

  private final List<List<String>> published = new ArrayList<>();
  private final RunRegistry registry =
      new RunRegistry(state -> published.add(state.warnings()), List.of());

  @Test
  void aWarningReplacesTheOneWithItsBeginningAndNoOther() {
    // Given
    registry.put(with("waits for 1", "another"));

    // When
    replace("waits for 2");
    replace();

    // Then
    assertThat(published)
        .containsExactly(
            List.of("waits for 1", "another"),
            List.of("another", "waits for 2"),
            List.of("another"));
  }

  @Test
  void theStateIsNotPublishedAgainIfItsWarningsAreTheSame() {
    // Given
    registry.put(with("another", "waits for 1"));

    // When
    replace("waits for 1");

    // Then
    assertThat(published).hasSize(1);
  }

  @Test
  void aStateWhoseWarningsAreNotKnownHasNoneToReplace() {
    // Given
    registry.put(RunState.accepted(RUN, TrainingConfiguration.defaults(), Instant.EPOCH));

    // When
    replace();
    replace("waits for 1");

    // Then
    assertThat(published).hasSize(2).last().isEqualTo(List.of("waits for 1"));
  }

  private void replace(String... lines) {
    RunWarnings.replace(registry, Clock.systemUTC(), RUN, "waits for ", List.of(lines));
  }

  private static RunState with(String... warnings) {
    return RunState.accepted(RUN, TrainingConfiguration.defaults(), Instant.EPOCH)
        .withWarnings(List.of(warnings), Instant.EPOCH);
  }
}
