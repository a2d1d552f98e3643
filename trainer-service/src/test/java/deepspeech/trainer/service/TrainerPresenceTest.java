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
      new TrainerPresence("trainer-a", publisher, () -> 0, () -> clock.toNanos());

  @AfterEach
  void close() {
    presence.close();
    publisher.abort();
  }

  @Test
  void anotherTrainerHasTheDevicesForARunIfItHasTheGpus() {
    // When
    presence.seen(new TrainerMessage.Present("trainer-a", 8));
    presence.seen(new TrainerMessage.Present("trainer-b", 1));

    // Then
    assertThat(presence.anotherHasDevices(TWO_GPUS)).isFalse();

    // When
    presence.seen(new TrainerMessage.Present("trainer-c", 2));

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
    presence.seen(new TrainerMessage.Present("trainer-b", 0));

    // When
    // Then
    assertThat(presence.canTrain(fresh)).isTrue();
    assertThat(presence.canTrain(left)).isFalse();
    assertThat(presence.anotherCanTrain(left)).isTrue();
    RunState leftByAll = left.leftBy("trainer-b", now);
    assertThat(presence.anotherCanTrain(leftByAll)).isFalse();
    assertThat(presence.canTrain(leftByAll)).isTrue();

    // When
    clock = TrainerPresence.LIFETIME.plusSeconds(1);

    // Then
    assertThat(presence.canTrain(left)).isTrue();
  }

  @Test
  void aTrainerThatIsSilentForTooLongIsGone() {
    // Given
    presence.seen(new TrainerMessage.Present("trainer-b", 2));

    assertThat(presence.isThere("trainer-b")).isTrue();

    // When
    clock = TrainerPresence.LIFETIME.plusSeconds(1);

    // Then
    assertThat(presence.isThere("trainer-b")).isFalse();
    assertThat(presence.isThere("trainer-a")).isTrue();
    assertThat(presence.anotherHasDevices(TWO_GPUS)).isFalse();
  }
}
