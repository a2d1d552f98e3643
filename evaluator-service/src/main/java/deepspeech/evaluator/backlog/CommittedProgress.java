package deepspeech.evaluator.backlog;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.topic.Topics;
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

/** The progress of the evaluators' consumer group, as the broker knows it. Thread-safe. */
public final class CommittedProgress implements CheckpointProgress, AutoCloseable {
  private final BrokerConfiguration broker;
  private final String group;
  private final Admin admin;

  /**
   * Opens a connection.
   *
   * @param group {@code group.id} of the evaluators
   */
  public CommittedProgress(BrokerConfiguration broker, String group) {
    this.broker = broker;
    this.group = group;
    this.admin = Admin.create(broker.client(Map.of()));
  }

  @Override
  public Offsets now() throws InterruptedException {
    try {
      List<TopicPartition> partitions =
          admin
              .describeTopics(List.of(Topics.CHECKPOINTS))
              .topicNameValues()
              .get(Topics.CHECKPOINTS)
              .get()
              .partitions()
              .stream()
              .map(info -> new TopicPartition(Topics.CHECKPOINTS, info.partition()))
              .toList();
      Map<Integer, Long> done = offsets(partitions, OffsetSpec.earliest());
      for (Map.Entry<TopicPartition, OffsetAndMetadata> committed :
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet()) {
        if (committed.getValue() != null && partitions.contains(committed.getKey())) {
          done.merge(committed.getKey().partition(), committed.getValue().offset(), (a, b) -> b);
        }
      }
      return new Offsets(offsets(partitions, OffsetSpec.latest()), done);
    } catch (ExecutionException e) {
      throw BrokerException.onTopic(Topics.CHECKPOINTS, "DESCRIBE", broker, e);
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
    admin.close();
  }
}
