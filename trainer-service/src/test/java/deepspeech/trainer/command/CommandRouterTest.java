package deepspeech.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.run.RunRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandRouterTest {
  private static final RunId RUN = new RunId("mandarin");
  private static final Command STOP = new Command.Stop(RUN);

  private final List<String> events = new ArrayList<>();
  private final RunRegistry registry = new RunRegistry(state -> {}, List.of());
  private final Runs runs = new Runs();
  private final CommandRouter router =
      new CommandRouter(
          new CommandHandler(
              registry, new Control(), (run, wanted, rate) -> wanted, Clock.systemUTC()),
          registry,
          runs,
          runs);

  @Test
  void aCommandForANewRunIsCarriedOutHere() throws Exception {
    // When
    router.take("1", new Command.Train(RUN, TrainingConfiguration.defaults()));

    // Then
    assertThat(events).containsExactly("refresh", "enqueue");
    assertThat(registry.knows(RUN, "1")).isTrue();
  }

  @Test
  void aCommandForARunThatNoTrainerHasIsCarriedOutWhileNoneCanTakeIt() throws Exception {
    // Given
    registry.put(state(RunStatus.ACCEPTED));

    // When
    router.take("1", STOP);

    // Then
    assertThat(events).containsExactly("refresh", "acquire", "stop", "discard", "release");
    assertThat(registry.find(RUN).orElseThrow().status()).isEqualTo(RunStatus.STOPPED);
  }

  @Test
  void aCommandForARunThatAnotherTrainerHasIsCarriedOutThere() throws Exception {
    // Given
    registry.put(state(RunStatus.RUNNING));
    runs.elsewhere = true;
    runs.answers.add("carried out");

    // When
    router.take("1", STOP);

    // Then
    assertThat(events).containsExactly("refresh", "forward");
    assertThat(registry.find(RUN).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void aCommandThatTheOtherTrainerRejectsIsRejectedWithItsReason() {
    // Given
    registry.put(state(RunStatus.RUNNING));
    runs.elsewhere = true;
    runs.answers.add("rejected");

    // When
    // Then
    assertThatThrownBy(() -> router.take("1", STOP))
        .isInstanceOf(InvalidCommandException.class)
        .hasMessage("no such checkpoint");
  }

  @Test
  void aCommandForARunWhoseTrainerDiesBeforeItAnswersIsCarriedOutAfterwards() throws Exception {
    // Given
    registry.put(state(RunStatus.RUNNING));
    runs.elsewhere = true;
    runs.answers.add("none");
    runs.answers.add("dies");

    // When
    router.take("1", STOP);

    // Then
    assertThat(events)
        .containsExactly(
            "refresh", "forward", "refresh", "forward", "refresh", "acquire", "stop", "discard",
            "release");
  }

  @Test
  void aCommandThatATrainerHasCarriedOutBeforeItDiedIsNotCarriedOutAgain() throws Exception {
    // Given
    registry.put(state(RunStatus.RUNNING));
    runs.elsewhere = true;
    runs.answers.add("dies after it has carried out");

    // When
    router.take("1", STOP);

    // Then
    assertThat(events).containsExactly("refresh", "forward", "refresh");
  }

  @Test
  void aCommandThatMeetsAStoreThatFailsWaitsAndIsCarriedOutAfterwards() throws Exception {
    // Given
    runs.failure = new CheckpointStoreException("no answer");

    // When
    router.take("1", new Command.Train(RUN, TrainingConfiguration.defaults()));

    // Then
    assertThat(events).containsExactly("refresh", "enqueue");
  }

  @Test
  void aCommandForARunThatHasEndedIsCarriedOutWhenItsTrainerHasLeftIt() throws Exception {
    // Given
    registry.put(state(RunStatus.FINISHED));

    // When
    router.take("1", new Command.Pin(RUN, CheckpointId.endOfEpoch(1)));

    // Then
    assertThat(events).containsExactly("refresh", "acquire", "release");
    assertThat(registry.knows(RUN, "1")).isTrue();
  }

  private static RunState state(RunStatus status) {
    return RunState.accepted(RUN, TrainingConfiguration.defaults(), Instant.EPOCH)
        .withStatus(status, Instant.EPOCH);
  }

  /** One run, which another trainer may have. */
  private final class Runs implements CommandRouter.Access, CommandRouter.OtherTrainers {
    private final List<String> answers = new ArrayList<>();
    private boolean elsewhere;
    private RuntimeException failure;

    @Override
    public void refresh() {
      if (failure != null) {
        RuntimeException once = failure;
        failure = null;
        throw once;
      }
      events.add("refresh");
    }

    @Override
    public boolean exclusively(RunId run, Runnable action) {
      if (elsewhere) {
        return false;
      }
      events.add("acquire");
      action.run();
      events.add("release");
      return true;
    }

    @Override
    public boolean carryOut(String id, Command command) {
      events.add("forward");
      String answer = answers.remove(0);
      elsewhere = !answer.startsWith("dies");
      if (answer.equals("rejected")) {
        throw new InvalidCommandException("no such checkpoint");
      }
      if (answer.endsWith("carried out") && !elsewhere) {
        registry.change(RUN, state -> state.withCommand(id, Instant.EPOCH));
      }
      return answer.equals("carried out");
    }
  }

  /** Of a trainer without a run. */
  private final class Control implements CommandHandler.RunControl {
    @Override
    public void enqueue(RunId run) {
      events.add("enqueue");
    }

    @Override
    public void stop(RunId run, Runnable otherwise) {
      events.add("stop");
      otherwise.run();
    }

    @Override
    public void discardData(RunId run) {
      events.add("discard");
    }

    @Override
    public void announceAgain(String id, RunId run, CheckpointId checkpoint) {}

    @Override
    public List<CheckpointId> pin(RunId run, CheckpointId checkpoint) {
      return List.of();
    }

    @Override
    public List<CheckpointId> unpin(RunId run, CheckpointId checkpoint) {
      return List.of();
    }
  }
}
