package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunWarningsTest {
  private static final RunId RUN = new RunId("run");

  private static final List<String> ADDED = List.of("waits for 1", "another");

  /** This trainer has every run. */
  private static final RunWarnings.Access HELD =
      new RunWarnings.Access() {
        @Override
        public boolean whileHeld(RunId run, Runnable action) {
          action.run();
          return true;
        }

        @Override
        public boolean exclusively(RunId run, Runnable action) {
          return whileHeld(run, action);
        }
      };

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

  @Test
  void aWarningThatAnotherThreadAddsMeanwhileStays() throws Exception {
    // Given
    registry.put(with("waits for 1"));

    // When
    whileWaitingForTheRegistry(
        () -> replace("waits for 2"),
        () -> registry.change(RUN, state -> state.withWarnings(ADDED, Instant.EPOCH)));

    // Then
    assertThat(registry.find(RUN).orElseThrow().warnings())
        .containsExactly("another", "waits for 2");
  }

  @Test
  void whatAnotherThreadChangesInTheStateMeanwhileStays() throws Exception {
    // Given
    registry.put(with("waits for 1"));
    RunWarnings warnings = new RunWarnings(registry, HELD, Clock.systemUTC());

    // When
    whileWaitingForTheRegistry(
        () -> warnings.change(RUN, lines -> RunWarnings.without(lines, "waits for ")),
        () ->
            registry.change(
                RUN,
                state ->
                    state
                        .withStatus(RunStatus.FINISHED, null, Instant.EPOCH)
                        .withWarnings(ADDED, Instant.EPOCH)));

    // Then
    RunState state = registry.find(RUN).orElseThrow();
    assertThat(state.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(state.warnings()).containsExactly("another");
  }

  /** Lets a thread begin an action up to its change of the registry, which another one precedes. */
  private void whileWaitingForTheRegistry(Runnable action, Runnable before) throws Exception {
    Thread thread = new Thread(action);
    synchronized (registry) {
      thread.start();
      while (thread.getState() != Thread.State.BLOCKED) {
        assertThat(thread.isAlive()).as("the action waits for the registry").isTrue();
        Thread.sleep(1);
      }
      before.run();
    }
    thread.join();
  }

  private void replace(String... lines) {
    RunWarnings.replace(registry, Clock.systemUTC(), RUN, "waits for ", List.of(lines));
  }

  private static RunState with(String... warnings) {
    return RunState.accepted(RUN, TrainingConfiguration.defaults(), Instant.EPOCH)
        .withWarnings(List.of(warnings), Instant.EPOCH);
  }
}
