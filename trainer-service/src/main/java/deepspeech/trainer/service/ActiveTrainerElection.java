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
 * Whose turn it is: of all trainers, the one that Kafka gives the one partition of {@code
 * deepspeech.commands} takes commands and trains; the others stand by. Kafka moves the partition
 * when that trainer leaves or is not heard of for the session time-out.
 */
@ApplicationScoped
@Identifier(ActiveTrainerElection.NAME)
public class ActiveTrainerElection implements KafkaConsumerRebalanceListener {
  static final String NAME = "command-turn";

  private static final Logger LOG = LoggerFactory.getLogger(ActiveTrainerElection.class);

  private final TrainerService trainer;

  ActiveTrainerElection(TrainerService trainer) {
    this.trainer = trainer;
  }

  /** Takes up the runs that wait or were under way, before the first command is taken. */
  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      trainer.takeUp();
    }
  }

  /** Leaves the runs, with a checkpoint, to the trainer whose turn is next. */
  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      trainer.handOver();
    }
  }

  /**
   * Changes nothing: it may be this trainer's turn again in a moment, as after a restart of the
   * broker. If it is another's, that one claims the run, which ends it here.
   */
  @Override
  public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    trainer.doubt();
    LOG.warn("the broker did not hear of this trainer for a while; another may take its runs over");
  }
}
