package deepspeech.dataprep.service;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.fault.KafkaFailureHandler;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that could not be processed counts as done, because the client repeats it. While the
 * service ends it does not: the threads that process requests end before the consumer does, and
 * what is refused for that reason is left to the replica that gets the partition. Otherwise nobody
 * would answer until the client repeats the request, 20 s later.
 */
@ApplicationScoped
@Identifier(RequestFailures.NAME)
public class RequestFailures implements KafkaFailureHandler.Factory {
  static final String NAME = "request-failures";

  private static final Logger LOG = LoggerFactory.getLogger(RequestFailures.class);

  private volatile boolean ending;

  void end(@Observes ShutdownEvent event) {
    ending = true;
  }

  @Override
  public KafkaFailureHandler create(
      KafkaConnectorIncomingConfiguration configuration,
      Vertx vertx,
      KafkaConsumer<?, ?> consumer,
      BiConsumer<Throwable, Boolean> reportFailure) {
    return new KafkaFailureHandler() {
      @Override
      public <K, V> Uni<Void> handle(
          IncomingKafkaRecord<K, V> request, Throwable reason, Metadata metadata) {
        return handleFailure(request, reason);
      }
    };
  }

  private Uni<Void> handleFailure(IncomingKafkaRecord<?, ?> request, Throwable reason) {
    String position =
        "%s/%d/%d".formatted(request.getTopic(), request.getPartition(), request.getOffset());
    if (ending) {
      LOG.debug("request {} is left to another replica", position);
      return Uni.createFrom().voidItem();
    }
    LOG.warn("request {} ignored: {}", position, reason.toString());
    return Uni.createFrom().completionStage(request.ack());
  }
}
