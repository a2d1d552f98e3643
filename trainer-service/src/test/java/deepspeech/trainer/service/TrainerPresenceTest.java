package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.trainer.TrainerMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrainerPresenceTest {
  private static final TrainingConfiguration TWO_GPUS =
      TrainingConfiguration.of(Map.of("use_gpu", true, "devices", "gpu:0,gpu:1"));

  private final EventPublisher publisher =
      new EventPublisher(BrokerConfiguration.of("127.0.0.1:1"), "/test");
  private Duration clock = Duration.ZERO;
  private final TrainerPresence presence =
      new TrainerPresence("trainer-a", publisher, new NoGpu(), () -> clock.toNanos());

  @AfterEach
  void close() {
    presence.close();
    publisher.abort();
  }

  @Test
  void anotherTrainerHasTheDevicesForARunIfItHasTheGpus() {
    // When
    presence.seen(present("trainer-a", 8));
    presence.seen(present("trainer-b", 1));

    // Then
    assertThat(presence.anotherHasDevices(TWO_GPUS)).isFalse();

    // When
    presence.seen(present("trainer-c", 2));

    // Then
    assertThat(presence.anotherHasDevices(TWO_GPUS)).isTrue();
  }

  @Test
  void aRunThatIsTooLargeForThisTrainerIsForTheOthersWhileOneOfThemMayHaveTheMemory() {
    // Given
    Instant now = Instant.EPOCH;
    TrainingConfiguration onCpu = TrainingConfiguration.of(Map.of("use_gpu", false));
    RunState fresh = RunState.accepted(new RunId("large"), onCpu, now);
    RunState left = fresh.leftBy("trainer-a", now);
    settle();
    presence.seen(present("trainer-b", 0));

    // When
    // Then
    assertThat(presence.canTrain(fresh)).isTrue();
    assertThat(presence.canTrain(left)).isFalse();
    assertThat(presence.anotherCanTrain(left)).isTrue();
    RunState leftByAll = left.leftBy("trainer-b", now);
    assertThat(presence.anotherCanTrain(leftByAll)).isFalse();
    assertThat(presence.canTrain(leftByAll)).isTrue();

    // When
    clock = clock.plus(TrainerPresence.LIFETIME).plusSeconds(1);
    settle();

    // Then
    assertThat(presence.canTrain(left)).isTrue();
  }

  @Test
  void aTrainerThatHasJustStartedMayNotKnowTheOthersYet() {
    // Given
    Instant now = Instant.EPOCH;
    TrainingConfiguration onCpu = TrainingConfiguration.of(Map.of("use_gpu", false));
    RunState left = RunState.accepted(new RunId("large"), onCpu, now).leftBy("trainer-a", now);

    // When
    presence.seen(present("trainer-a", 0));

    // Then
    assertThat(presence.knowsOthers()).isFalse();
    assertThat(presence.mayBeForAnother(left)).isTrue();
    assertThat(presence.canTrain(left)).isFalse();

    // When
    settle();

    // Then
    assertThat(presence.knowsOthers()).isTrue();
    assertThat(presence.mayBeForAnother(left)).isFalse();
    assertThat(presence.canTrain(left)).isTrue();
  }

  @Test
  void whileItsOwnMessagesDoNotComeBackATrainerDoesNotKnowTheOthers() {
    // Given
    settle();

    // When
    clock = clock.plus(TrainerPresence.LIFETIME).plusSeconds(1);
    boolean away = presence.knowsOthers();
    presence.seen(present("trainer-a", 0));
    boolean justBack = presence.knowsOthers();
    settle();

    // Then
    assertThat(away).isFalse();
    assertThat(justBack).isFalse();
    assertThat(presence.knowsOthers()).isTrue();
  }

  @Test
  void whetherAnotherTrainerCanTrainARunDependsOnItsDevicesAndWhetherItHasLeftTheRun() {
    // Given
    Instant now = Instant.EPOCH;
    RunState onGpus = RunState.accepted(new RunId("large"), TWO_GPUS, now);
    presence.seen(present("trainer-b", 2));
    presence.seen(present("trainer-c", 1));

    // When
    // Then
    assertThat(presence.canTrain("trainer-a", onGpus)).isFalse();
    assertThat(presence.canTrain("trainer-b", onGpus)).isTrue();
    assertThat(presence.canTrain("trainer-b", onGpus.leftBy("trainer-b", now))).isFalse();
    assertThat(presence.canTrain("trainer-c", onGpus)).isFalse();
    assertThat(presence.canTrain("unknown", onGpus)).isFalse();
  }

  private static TrainerMessage.Present present(String trainer, int gpus) {
    return new TrainerMessage.Present(trainer, gpus, null, null);
  }

  /** Lets the messages of this trainer come back for the time after which it knows the others. */
  private void settle() {
    for (int message = 0; message < 3; message++) {
      presence.seen(present("trainer-a", 0));
      clock = clock.plus(TrainerPresence.SETTLING.dividedBy(2));
    }
  }

  @Test
  void aTrainerThatIsSilentForTooLongIsGone() {
    // Given
    presence.seen(present("trainer-b", 2));

    assertThat(presence.isThere("trainer-b")).isTrue();

    // When
    clock = TrainerPresence.LIFETIME.plusSeconds(1);

    // Then
    assertThat(presence.isThere("trainer-b")).isFalse();
    assertThat(presence.isThere("trainer-a")).isTrue();
    assertThat(presence.anotherHasDevices(TWO_GPUS)).isFalse();
  }

  private static final class NoGpu implements TrainerDevices {
    @Override
    public int gpus() {
      return 0;
    }

    @Override
    public String report() {
      return "none";
    }
  }
}
