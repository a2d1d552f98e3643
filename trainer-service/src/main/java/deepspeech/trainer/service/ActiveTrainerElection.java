package deepspeech.trainer.service;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Selects the active trainer. Kafka assigns the only partition of {@code deepspeech.commands} to
 * one of the trainers, which receives the commands. Kafka moves the partition when the active
 * trainer leaves, or when it sends no heartbeat for the session timeout. Which trainer trains a run
 * does not depend on it.
 */
@ApplicationScoped
@Identifier(ActiveTrainerElection.NAME)
public class ActiveTrainerElection implements KafkaConsumerRebalanceListener {
  static final String NAME = "active-trainer-election";

  private static final Logger LOG = LoggerFactory.getLogger(ActiveTrainerElection.class);

  private final TrainerService trainer;

  ActiveTrainerElection(TrainerService trainer) {
    this.trainer = trainer;
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      trainer.activate();
    }
  }

  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      trainer.standBy();
    }
  }

  @Override
  public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    trainer.standBy();
    LOG.warn(
        "the trainer has lost the partition of the commands; another trainer receives them now");
  }
}
