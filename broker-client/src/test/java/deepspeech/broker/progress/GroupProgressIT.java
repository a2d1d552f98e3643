package deepspeech.broker.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventPublisher;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.topic.ConsumerGroups;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.server.TestBroker;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class GroupProgressIT {
  private EmbeddedKafka kafka;
  private BrokerConfiguration broker;
  private GroupProgress progress;

  @BeforeEach
  void start(@TempDir Path directory) throws InterruptedException {
    kafka = TestBroker.start(directory);
    broker = BrokerConfiguration.of(kafka.bootstrapServers());
    progress = new GroupProgress(broker);
  }

  @AfterEach
  void stop() {
    progress.close();
    kafka.close();
  }

  @Test
  void whatAGroupHasNotAcknowledgedWaits() throws Exception {
    // Given
    try (EventPublisher publisher = new EventPublisher(broker, "/test")) {
      for (int i = 0; i < 3; i++) {
        publisher.publish(new Command.Stop(new RunId("demo")), "id-" + i);
      }
    }

    // When
    long untouched = progress.of(Topics.COMMANDS, ConsumerGroups.TRAINER).waiting();
    try (Admin admin = Admin.create(broker.client(Map.of()))) {
      TopicPartition partition = new TopicPartition(Topics.COMMANDS, 0);
      admin
          .alterConsumerGroupOffsets(
              ConsumerGroups.TRAINER, Map.of(partition, new OffsetAndMetadata(2)))
          .all()
          .get();
    }
    long begun = progress.of(Topics.COMMANDS, ConsumerGroups.TRAINER).waiting();

    // Then
    assertThat(untouched).isEqualTo(3);
    assertThat(begun).isEqualTo(1);
    assertThat(progress.of(Topics.BATCH_REQUESTS, ConsumerGroups.DATA_PREP).waiting()).isZero();
  }

  @Test
  void aBrokerThatIsAwayIsReportedInALine() {
    // Given
    kafka.close();

    // Then
    assertThatThrownBy(() -> progress.of(Topics.COMMANDS, ConsumerGroups.TRAINER))
        .isInstanceOf(BrokerException.class)
        .hasMessage(
            "topic deepspeech.commands: broker %s did not answer the operation DESCRIBE in time"
                .formatted(broker.bootstrapServers()));
  }
}
