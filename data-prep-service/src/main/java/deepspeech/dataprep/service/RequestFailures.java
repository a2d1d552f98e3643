package deepspeech.dataprep.service;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.fault.KafkaFailureHandler;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that could not be given to a thread, because the threads end before the consumer does,
 * is left to the replica that gets its partition. Other failures do not come here, see {@link
 * BatchRequestConsumer}.
 */
@ApplicationScoped
@Identifier(RequestFailures.NAME)
public class RequestFailures implements KafkaFailureHandler.Factory {
  static final String NAME = "request-failures";

  private static final Logger LOG = LoggerFactory.getLogger(RequestFailures.class);

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
        LOG.debug(
            "request {}/{}/{} is left to another replica: {}",
            request.getTopic(),
            request.getPartition(),
            request.getOffset(),
            reason.toString());
        return Uni.createFrom().voidItem();
      }
    };
  }
}
