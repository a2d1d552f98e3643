package deepspeech.dataprep.service;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.commit.KafkaCommitHandler;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the offsets below which all requests are answered, about every {@code
 * auto.commit.interval.ms}, and before a partition goes to another replica. The strategy {@code
 * throttled} of SmallRye 4.33.0 gives a partition away while its requests are being answered, and
 * does not repeat a commit that the broker refused because of a rebalance. Both let the next
 * replica answer requests again.
 */
@ApplicationScoped
@Identifier(AnsweredCommits.NAME)
public class AnsweredCommits implements KafkaCommitHandler.Factory {
  static final String NAME = "answered-requests";

  private static final Logger LOG = LoggerFactory.getLogger(AnsweredCommits.class);

  /** The client repeats a request that is not answered for 20 s. */
  private static final Duration FOR_BEGUN_REQUESTS = Duration.ofSeconds(10);

  private static final Duration FOR_LAST_COMMIT = Duration.ofSeconds(5);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

  private final AnsweredOffsets offsets;

  AnsweredCommits(AnsweredOffsets offsets) {
    this.offsets = offsets;
  }

  @Override
  public KafkaCommitHandler create(
      KafkaConnectorIncomingConfiguration configuration,
      Vertx vertx,
      KafkaConsumer<?, ?> consumer,
      BiConsumer<Throwable, Boolean> reportFailure) {
    long interval =
        configuration.config().getValue(ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG, Long.class);
    return new Commits(offsets, vertx, consumer, interval).begin();
  }

  /** The commits of one consumer. The consumer is used on its polling thread only. */
  private static final class Commits implements KafkaCommitHandler {
    private final AnsweredOffsets offsets;
    private final Vertx vertx;
    private final KafkaConsumer<?, ?> consumer;
    private final long intervalMillis;
    private volatile boolean ended;

    private Commits(
        AnsweredOffsets offsets, Vertx vertx, KafkaConsumer<?, ?> consumer, long intervalMillis) {
      this.offsets = offsets;
      this.vertx = vertx;
      this.consumer = consumer;
      this.intervalMillis = intervalMillis;
    }

    private Commits begin() {
      if (!ended) {
        vertx.setTimer(intervalMillis, timer -> commitAndGoOn());
      }
      return this;
    }

    private void commitAndGoOn() {
      if (offsets.toCommit().isEmpty()) {
        begin();
        return;
      }
      onPollingThread()
          .subscribe()
          .with(
              done -> begin(),
              failure -> {
                LOG.debug("offsets not committed yet: {}", failure.toString());
                begin();
              });
    }

    private Uni<Void> onPollingThread() {
      return consumer.runOnPollingThread(
          polled -> {
            commit(polled);
          });
    }

    private void commit(Consumer<?, ?> polled) {
      Map<TopicPartition, Long> due = offsets.toCommit();
      Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
      due.forEach((partition, offset) -> positions.put(partition, new OffsetAndMetadata(offset)));
      if (!positions.isEmpty()) {
        polled.commitSync(positions);
        offsets.committed(due);
      }
    }

    @Override
    public void partitionsAssigned(Collection<TopicPartition> partitions) {
      offsets.assign(partitions);
    }

    @Override
    public <K, V> Uni<IncomingKafkaRecord<K, V>> received(IncomingKafkaRecord<K, V> request) {
      offsets.receive(
          new TopicPartition(request.getTopic(), request.getPartition()), request.getOffset());
      return Uni.createFrom().item(request);
    }

    /** Runs on the polling thread, within a rebalance. */
    @Override
    public void partitionsRevoked(Collection<TopicPartition> partitions) {
      awaitBegun(partitions);
      try {
        commit(consumer.unwrap());
      } catch (KafkaException e) {
        LOG.warn("{}: answers may be given again: {}", partitions, e.toString());
      }
      offsets.forget(partitions);
    }

    @Override
    public void terminate(boolean graceful) {
      ended = true;
      awaitBegun(offsets.assigned());
      try {
        onPollingThread()
            .onFailure(RebalanceInProgressException.class)
            .retry()
            .withBackOff(BETWEEN_ATTEMPTS)
            .expireIn(FOR_LAST_COMMIT.toMillis())
            .await()
            .atMost(FOR_LAST_COMMIT.multipliedBy(2));
      } catch (KafkaException | TimeoutException | IllegalStateException e) {
        LOG.warn("answers may be given again: {}", e.toString());
      }
    }

    private void awaitBegun(Collection<TopicPartition> partitions) {
      try {
        if (!offsets.leave(partitions, FOR_BEGUN_REQUESTS)) {
          LOG.warn("{}: requests are given away while they are answered", partitions);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** An answered request is noted when its method ends, see {@link BatchRequestConsumer}. */
    @Override
    public <K, V> Uni<Void> handle(IncomingKafkaRecord<K, V> request) {
      return Uni.createFrom().voidItem();
    }
  }
}
