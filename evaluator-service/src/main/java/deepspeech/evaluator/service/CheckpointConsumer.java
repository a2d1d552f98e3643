package deepspeech.evaluator.service;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acknowledges the records of {@code deepspeech.checkpoints} as they are processed by any
 * evaluator. Kafka assigns the topic's partition to one of the evaluators. The committed offset
 * shows how many checkpoints wait, and the membership in the group shows that this evaluator lives.
 */
@ApplicationScoped
public class CheckpointConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointConsumer.class);

  private final DeliveredEvents delivered;
  private final EvaluationWorker worker;

  CheckpointConsumer(DeliveredEvents delivered, EvaluationWorker worker) {
    this.delivered = delivered;
    this.worker = worker;
  }

  /**
   * Takes an event, which is acknowledged when its result is published. Later events are taken
   * meanwhile, because they may be tested before this one.
   */
  @Incoming("checkpoints")
  public CompletionStage<Void> take(Message<byte[]> message) {
    @SuppressWarnings("unchecked")
    IncomingKafkaRecordMetadata<String, byte[]> metadata =
        message.getMetadata(IncomingKafkaRecordMetadata.class).orElseThrow();
    var unused =
        delivered
            .deliver(metadata.getRecord())
            .thenCompose(done -> message.ack())
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.warn("an event was not acknowledged: {}", failure.getMessage());
                  }
                });
    return CompletableFuture.completedFuture(null);
  }

  /** Also an evaluator to which Kafka assigns no partition evaluates. */
  void begin(@Observes StartupEvent event) {
    worker.start();
  }

  /** Closes the worker before anything that an evaluation needs is closed. */
  void end(@Observes @Priority(1) ShutdownEvent event) {
    worker.close();
  }
}
