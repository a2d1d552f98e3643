package deepspeech.evaluator.service;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Passes the records of {@code deepspeech.checkpoints} to the worker, one after the other. */
@ApplicationScoped
public class CheckpointConsumer {
  private final EvaluationWorker worker;

  CheckpointConsumer(EvaluationWorker worker) {
    this.worker = worker;
  }

  /** Acknowledges the event when all messages that result from it are acknowledged. */
  @Incoming("checkpoints")
  public CompletionStage<Void> take(Message<byte[]> message) {
    @SuppressWarnings("unchecked")
    IncomingKafkaRecordMetadata<String, byte[]> metadata =
        message.getMetadata(IncomingKafkaRecordMetadata.class).orElseThrow();
    ConsumerRecord<String, byte[]> record = metadata.getRecord();
    return worker.submit(record).thenCompose(done -> message.ack());
  }

  /** Closes the worker before anything that an evaluation needs is closed. */
  void end(@Observes @Priority(1) ShutdownEvent event) {
    worker.close();
  }
}
