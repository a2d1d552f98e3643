package deepspeech.evaluator.service;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Acknowledges the records of {@code deepspeech.checkpoints}, one after the other, as they are
 * processed by any evaluator. Kafka assigns the topic's partition to one of the evaluators. The
 * committed offset shows how many checkpoints wait, and the membership in the group shows that this
 * evaluator lives.
 */
@ApplicationScoped
public class CheckpointConsumer {
  private final DeliveredEvents delivered;
  private final EvaluationWorker worker;

  CheckpointConsumer(DeliveredEvents delivered, EvaluationWorker worker) {
    this.delivered = delivered;
    this.worker = worker;
  }

  /** Acknowledges the event when all messages that result from it are acknowledged. */
  @Incoming("checkpoints")
  public CompletionStage<Void> take(Message<byte[]> message) {
    @SuppressWarnings("unchecked")
    IncomingKafkaRecordMetadata<String, byte[]> metadata =
        message.getMetadata(IncomingKafkaRecordMetadata.class).orElseThrow();
    ConsumerRecord<String, byte[]> record = metadata.getRecord();
    return delivered.deliver(record).thenCompose(done -> message.ack());
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
