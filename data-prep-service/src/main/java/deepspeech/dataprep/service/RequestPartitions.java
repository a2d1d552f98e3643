package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.topics.TopicSetup;
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
 * Adds partitions to {@code deepspeech.batch-requests} when there are more replicas than
 * partitions. A replica without a partition gets no requests. Requests are in no order, so a topic
 * with more partitions serves as well.
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
    if (consumer.assignment().isEmpty()) {
      // The polling thread must not wait for the broker, or the group would exclude this replica.
      Thread growth = new Thread(this::grow, NAME);
      growth.setDaemon(true);
      growth.start();
    }
  }

  private void grow() {
    try (TopicSetup topics = new TopicSetup(configuration.broker())) {
      int partitions = topics.partitions(Topics.BATCH_REQUESTS);
      topics.grow(Topics.BATCH_REQUESTS, partitions + Topics.BATCH_REQUEST_PARTITIONS);
      LOG.info(
          "{} gets {} more partitions, because this replica has none of its {}",
          Topics.BATCH_REQUESTS,
          Topics.BATCH_REQUEST_PARTITIONS,
          partitions);
    } catch (BrokerException e) {
      LOG.warn("this replica gets no requests until it gets a partition: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
