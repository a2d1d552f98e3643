package deepspeech.broker.progress;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.server.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
@Timeout(120)
class GroupMembersIT {
  private static final String GROUP = "evaluator";

  @Test
  void theMembersAreThoseThatHaveJoinedAlsoWithoutAPartitionAndNotLeft(@TempDir Path directory)
      throws Exception {
    try (EmbeddedKafka kafka = TestBroker.start(directory)) {
      BrokerConfiguration broker = BrokerConfiguration.of(kafka.bootstrapServers());
      try (GroupMembers members = new GroupMembers(broker, GROUP);
          KafkaConsumer<byte[], byte[]> first = consumer(broker, "first")) {
        // Given
        Set<String> before = members.clientIds();
        KafkaConsumer<byte[], byte[]> second = consumer(broker, "second");

        // When
        while (!members.clientIds().equals(Set.of("first", "second"))
            || first.assignment().size() + second.assignment().size() != 1) {
          first.poll(Duration.ofMillis(50));
          second.poll(Duration.ofMillis(50));
        }
        second.close(CloseOptions.timeout(Duration.ofSeconds(1)));

        // Then: the broker removes the second one when the first one joins again
        assertThat(before).isEmpty();
        while (!members.clientIds().equals(Set.of("first"))) {
          first.poll(Duration.ofMillis(50));
        }
      }
    }
  }

  /** Of a topic with one partition. */
  private static KafkaConsumer<byte[], byte[]> consumer(BrokerConfiguration broker, String name) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            broker.client(
                Map.of("group.id", GROUP, "client.id", name, "session.timeout.ms", 10_000)),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(Topics.CHECKPOINTS));
    return consumer;
  }
}
