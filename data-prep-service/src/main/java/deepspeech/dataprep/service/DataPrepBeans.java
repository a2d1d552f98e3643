package deepspeech.dataprep.service;

import deepspeech.broker.events.EventIdTail;
import deepspeech.broker.events.EventPublisher;
import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.dataset.DataSets;
import deepspeech.dataprep.encoding.BatchFunction;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.dataprep.storage.DataStorage;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts the service together. */
@ApplicationScoped
public class DataPrepBeans {
  /**
   * The rest of the heap is for what is just being opened, for Kafka's clients and for decoders.
   */
  private static final int PERCENT_FOR_DATA_SETS = 25;

  private static final int PERCENT_FOR_BATCHES = 35;

  private final Clock clock = Clock.systemUTC();

  @Produces
  @Singleton
  DataPrepConfiguration configuration() {
    return DataPrepConfiguration.of(EnvironmentVariables.ofProcess());
  }

  @Produces
  @Singleton
  DataStorage storage(DataPrepConfiguration configuration) throws DataFileException {
    DatasetRoot root = new DatasetRoot(configuration.datasetRoot());
    return configuration
        .objectStore()
        .map(store -> DataStorage.of(root, store, configuration.cache()))
        .orElseGet(() -> DataStorage.under(root));
  }

  void end(@Disposes DataStorage storage) {
    storage.close();
  }

  @Produces
  @Singleton
  BatchFunction batches(DataPrepConfiguration configuration, DataStorage storage) {
    AtomicInteger number = new AtomicInteger();
    // Daemons: they end with the service, without anyone waiting for what they decode.
    return new BatchFunction(
        storage,
        Executors.newFixedThreadPool(
            configuration.threads(),
            task -> {
              Thread thread = new Thread(task, "decoder-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            }));
  }

  @Produces
  @Singleton
  KafkaReplies replies(DataPrepConfiguration configuration) {
    return new KafkaReplies(configuration.broker(), clock);
  }

  void end(@Disposes KafkaReplies replies) {
    replies.close();
  }

  @Produces
  @Singleton
  EventPublisher events(DataPrepConfiguration configuration) {
    return new EventPublisher(configuration.broker(), "/data-prep-service");
  }

  void end(@Disposes EventPublisher events) {
    events.close();
  }

  @Produces
  @Singleton
  EventIdTail deadLetterIds(DataPrepConfiguration configuration) {
    return new EventIdTail(configuration.broker(), Topics.DEAD_LETTERS);
  }

  void end(@Disposes EventIdTail deadLetterIds) {
    deadLetterIds.close();
  }

  @Produces
  @Singleton
  RequestHandler handler(
      DataStorage storage,
      BatchFunction batches,
      KafkaReplies replies,
      EventPublisher events,
      EventIdTail deadLetterIds,
      MeterRegistry registry) {
    return new RequestHandler(
        new DataSets(storage, heap(PERCENT_FOR_DATA_SETS)),
        batches,
        heap(PERCENT_FOR_BATCHES),
        replies,
        events::send,
        deadLetterIds::catchUp,
        new RequestMetrics(registry),
        clock);
  }

  private static long heap(int percent) {
    return Runtime.getRuntime().maxMemory() / 100 * percent;
  }
}
