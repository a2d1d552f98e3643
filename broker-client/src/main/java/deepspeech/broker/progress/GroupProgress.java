package deepspeech.broker.progress;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.topics.TopicPropagation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The progress of consumer groups, as the broker knows it. Thread-safe. */
public final class GroupProgress implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final BrokerConfiguration broker;
  private final Admin admin;

  /** Opens a connection. The broker need not be reachable yet. */
  public GroupProgress(BrokerConfiguration broker) {
    this.broker = broker;
    this.admin = broker.admin(LIMIT);
  }

  /**
   * The offsets of a topic and the progress of a group in it.
   *
   * @param topic without the prefix of its name on the broker
   * @param group {@code group.id} of the consumers, likewise; a group without committed offsets
   *     counts as standing at the topic's beginning
   * @throws BrokerException if the topic does not appear within 5 s, or the broker does not answer
   *     a request within 10 s, or refuses
   */
  public Offsets of(String topic, String group) throws InterruptedException {
    return TopicPropagation.await(() -> offsets(broker.name(topic), broker.name(group)));
  }

  private Offsets offsets(String topic, String group) throws InterruptedException {
    try {
      List<TopicPartition> partitions =
          admin
              .describeTopics(List.of(topic))
              .topicNameValues()
              .get(topic)
              .get()
              .partitions()
              .stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<Integer, Long> done = offsets(partitions, OffsetSpec.earliest());
      for (Map.Entry<TopicPartition, OffsetAndMetadata> committed :
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet()) {
        if (committed.getValue() != null && partitions.contains(committed.getKey())) {
          done.merge(committed.getKey().partition(), committed.getValue().offset(), Math::max);
        }
      }
      return new Offsets(offsets(partitions, OffsetSpec.latest()), done);
    } catch (ExecutionException e) {
      throw BrokerException.onTopic(topic, "DESCRIBE", broker, e);
    }
  }

  private Map<Integer, Long> offsets(List<TopicPartition> partitions, OffsetSpec which)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, ListOffsetsResultInfo> found =
        admin
            .listOffsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), p -> which)))
            .all()
            .get();
    Map<Integer, Long> offsets = new HashMap<>();
    found.forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
    return offsets;
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
