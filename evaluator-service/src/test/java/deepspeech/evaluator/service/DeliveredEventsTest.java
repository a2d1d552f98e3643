package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.evaluator.evaluation.TestData;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class DeliveredEventsTest {
  private final Map<String, Object> published = new HashMap<>();
  private final DeliveredEvents delivered =
      new DeliveredEvents((message, id) -> published.put(id, message), Clock.systemUTC());

  @Test
  void anEventIsAcknowledgedWhenAnyEvaluatorHasTestedItsCheckpoint() throws Exception {
    // Given
    CompletableFuture<Void> done = delivered.deliver(event(Json.write(TestData.checkpoint(1))));
    delivered.complete(id -> false);
    boolean before = done.isDone();

    // When
    delivered.complete("e1"::equals);

    // Then
    assertThat(before).isFalse();
    assertThat(done).isCompleted();
    assertThat(published).isEmpty();
  }

  @Test
  void theEventOfARunWithoutTestIsAcknowledgedAtOnce() {
    // Given
    CheckpointCommitted tested = TestData.checkpoint(1);
    CheckpointCommitted untested =
        CheckpointCommitted.untested(
            tested.run(),
            tested.checkpoint(),
            tested.step(),
            tested.uri(),
            List.of(),
            tested.time());

    // When, Then
    assertThat(delivered.deliver(event(Json.write(untested)))).isCompleted();
  }

  @Test
  void anEventThatIsNoJsonIsDeadLetteredWithItsText() throws Exception {
    // When
    CompletableFuture<Void> done =
        delivered.deliver(event("no JSON".getBytes(StandardCharsets.UTF_8)));
    delivered.complete(id -> false);

    // Then
    assertThat(done).isCompleted();
    DeadLetter letter = (DeadLetter) published.get("deepspeech.checkpoints/0/7/dead-letter");
    assertThat(letter.reason()).isEqualTo(DeadLetter.UNREADABLE);
    assertThat(letter.subject()).isEqualTo("deepspeech.checkpoints/0/7");
    assertThat(letter.original()).isEqualTo("no JSON");
  }

  private static ConsumerRecord<String, byte[]> event(byte[] body) {
    CloudEvent attributes =
        new CloudEvent("e1", EventTypes.CHECKPOINT_COMMITTED, "/test", TestData.TIME);
    return new ConsumerRecord<>(
        Topics.CHECKPOINTS,
        0,
        7,
        0,
        TimestampType.CREATE_TIME,
        0,
        body.length,
        "demo",
        body,
        CloudEventHeaders.toKafka(attributes.headers()),
        Optional.empty());
  }
}
