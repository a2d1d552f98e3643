package deepspeech.testing.server;

import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * An embedded broker that has the topics of {@link Topics#shared()}. It creates them itself,
 * because {@code TopicSetup} is in a module that is tested with this one.
 */
public final class TestBroker {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private TestBroker() {}

  /**
   * Starts a broker on a free port and creates the shared topics, which can be used at once.
   *
   * @param folder of its data, which a broker that is started again finds there
   */
  public static EmbeddedKafka start(Path folder) throws InterruptedException {
    EmbeddedKafka broker = EmbeddedKafka.start(folder, 0);
    try (Admin admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()))) {
      createTopics(admin);
      awaitLeaders(admin);
    } catch (ExecutionException e) {
      broker.close();
      throw new IllegalStateException("the shared topics cannot be created", e.getCause());
    }
    return broker;
  }

  private static void createTopics(Admin admin) throws ExecutionException, InterruptedException {
    admin
        .createTopics(
            Topics.shared().stream()
                .map(
                    topic ->
                        new NewTopic(
                                topic.name(), Optional.of(topic.partitions()), Optional.empty())
                            .configs(topic.configuration()))
                .toList())
        .all()
        .get();
  }

  /**
   * Waits until every partition has a leader. Before that a producer may lose its first batch
   * (KAFKA-15591).
   */
  private static void awaitLeaders(Admin admin) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (TopicDefinition topic : Topics.shared()) {
      for (int partition = 0; partition < topic.partitions(); partition++) {
        ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        admin.listOffsets(ends).all().get();
        return;
      } catch (ExecutionException e) {
        // The broker knows a topic only a moment after the controller has created it.
        boolean passing = e.getCause() instanceof UnknownTopicOrPartitionException;
        if (!passing || System.nanoTime() > deadline) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }
}
