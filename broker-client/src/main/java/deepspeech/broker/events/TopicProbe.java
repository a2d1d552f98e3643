package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Queries the ids and end offsets of topics without blocking. */
final class TopicProbe implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Admin admin;
  private final List<String> topics;

  /**
   * The broker's answer.
   *
   * @param ids by topic; a topic that was deleted and created again has another id
   * @param ends the offset after the last record
   */
  record Answer(Map<String, Uuid> ids, Map<TopicPartition, Long> ends) {}

  /**
   * Opens a connection. The broker need not be reachable yet.
   *
   * @param topics without the prefix of their names on the broker
   */
  TopicProbe(BrokerConfiguration configuration, Collection<String> topics) {
    this.topics = topics.stream().map(configuration::name).toList();
    this.admin = configuration.admin(LIMIT);
  }

  /**
   * Queries the broker.
   *
   * @return completes within seconds, exceptionally with the failure of Kafka's client
   */
  CompletableFuture<Answer> ask() {
    return admin
        .describeTopics(topics)
        .allTopicNames()
        .toCompletionStage()
        .thenCompose(
            found ->
                admin
                    .listOffsets(latest(found))
                    .all()
                    .toCompletionStage()
                    .thenApply(
                        offsets -> {
                          Map<String, Uuid> ids = new HashMap<>();
                          found.forEach(
                              (topic, description) -> ids.put(topic, description.topicId()));
                          Map<TopicPartition, Long> ends = new HashMap<>();
                          offsets.forEach((partition, end) -> ends.put(partition, end.offset()));
                          return new Answer(ids, ends);
                        }))
        .toCompletableFuture();
  }

  private static Map<TopicPartition, OffsetSpec> latest(Map<String, TopicDescription> found) {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    found.forEach(
        (topic, description) ->
            description
                .partitions()
                .forEach(
                    partition ->
                        specs.put(
                            new TopicPartition(topic, partition.partition()),
                            OffsetSpec.latest())));
    return specs;
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
