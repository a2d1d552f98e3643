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
 * one of the trainers, which accepts commands and trains. The others are on standby. Kafka moves
 * the partition when the active trainer leaves, or when it sends no heartbeat for the session
 * timeout.
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

  /** Queues the runs that wait or were in progress, before the first command is processed. */
  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      trainer.activate();
    }
  }

  /** Leaves the runs, with a checkpoint, to the next active trainer. */
  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      trainer.handOver();
    }
  }

  /**
   * Does not end the run in progress, because this trainer may become active again in a moment, for
   * example after a restart of the broker. If another trainer becomes active, it acquires the lease
   * on the run, and that ends the run here.
   */
  @Override
  public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    trainer.suspendWarnings();
    LOG.warn(
        "the trainer has lost the partition of the commands; another trainer may take over its runs");
  }
}
