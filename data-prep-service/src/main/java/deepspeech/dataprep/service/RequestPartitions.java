package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.progress.GroupMembers;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.messages.topic.ConsumerGroups;
import deepspeech.messages.topic.Topics;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds partitions to {@code deepspeech.batch-requests} when there are fewer than four for each
 * replica. A replica without a partition gets no requests, and a few cannot be divided evenly.
 * Requests are in no order, so a topic with more partitions serves as well.
 */
@ApplicationScoped
@Identifier(RequestPartitions.NAME)
public class RequestPartitions implements KafkaConsumerRebalanceListener {
  static final String NAME = "request-partitions";

  private static final Logger LOG = LoggerFactory.getLogger(RequestPartitions.class);

  private final DataPrepConfiguration configuration;

  RequestPartitions(DataPrepConfiguration configuration) {
    this.configuration = configuration;
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    if (consumer.assignment().size() < Topics.BATCH_REQUEST_PARTITIONS_PER_REPLICA) {
      // The polling thread must not wait for the broker, or the group would exclude this replica.
      Thread growth = new Thread(this::grow, NAME);
      growth.setDaemon(true);
      growth.start();
    }
  }

  private void grow() {
    String topic = configuration.broker().name(Topics.BATCH_REQUESTS);
    try (TopicSetup topics = new TopicSetup(configuration.broker());
        GroupMembers replicas =
            new GroupMembers(configuration.broker(), ConsumerGroups.DATA_PREP)) {
      int count = replicas.count();
      int partitions = topics.partitions(topic);
      int wanted = Topics.batchRequestPartitions(Math.max(1, count));
      if (partitions < wanted) {
        topics.grow(topic, wanted);
        LOG.info(
            "{} gets {} partitions instead of {}; replicas: {}", topic, wanted, partitions, count);
      }
    } catch (BrokerException e) {
      LOG.warn("{} may have too few partitions for its replicas: {}", topic, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
