package deepspeech.dataprep.service;

import deepspeech.broker.BrokerProbe;
import deepspeech.broker.events.EventIdTail;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.trace.Tracing;
import deepspeech.broker.trace.TracingConfiguration;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.topic.Topics;
import deepspeech.runtime.health.DependencyWatch;
import deepspeech.runtime.quarkus.DiskGauges;
import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.codec.CodecProcesses;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.encoding.BatchFunction;
import deepspeech.speech.encoding.SharedFeatures;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import deepspeech.speech.storage.StorageProbe;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Wires the service. */
@ApplicationScoped
public class DataPrepBeans {
  /**
   * The share of the heap for data sets, and below it those for batches and for features that runs
   * share. The rest is for data sets that are being opened, for Kafka's clients and for decoders.
   */
  private static final int PERCENT_FOR_DATA_SETS = 25;

  private static final int PERCENT_FOR_BATCHES = 35;
  private static final int PERCENT_FOR_SHARED_FEATURES = 15;

  private final Clock clock = Clock.systemUTC();

  @Produces
  @Singleton
  DataPrepConfiguration configuration() {
    return DataPrepConfiguration.of(EnvironmentVariables.ofProcess());
  }

  @Produces
  @Singleton
  Tracing tracing(OpenTelemetry telemetry) {
    return TracingConfiguration.of(EnvironmentVariables.ofProcess()).tracing(telemetry);
  }

  @Produces
  @Singleton
  DataStorage storage(DataPrepConfiguration configuration) throws DataFileException {
    DatasetRoot root =
        configuration.datasetRoot().isEmpty()
            ? DatasetRoot.none()
            : new DatasetRoot(configuration.datasetRoot().get(), configuration.furtherRoots());
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
  SharedFeatures sharedFeatures() {
    return new SharedFeatures(heap(PERCENT_FOR_SHARED_FEATURES));
  }

  @Produces
  @Singleton
  BatchFunction batches(
      DataPrepConfiguration configuration, DataStorage storage, SharedFeatures sharedFeatures) {
    AtomicInteger number = new AtomicInteger();
    // Daemon threads: they end with the service, and shutdown does not wait for what they decode.
    return new BatchFunction(
        storage,
        Executors.newFixedThreadPool(
            configuration.threads(),
            task -> {
              Thread thread = new Thread(task, "decoder-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            }),
        sharedFeatures);
  }

  @Produces
  @Singleton
  KafkaReplies replies(DataPrepConfiguration configuration) {
    return new KafkaReplies(configuration.broker());
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
      SharedFeatures sharedFeatures,
      KafkaReplies replies,
      EventPublisher events,
      EventIdTail deadLetterIds,
      MeterRegistry registry,
      Tracing tracing) {
    return new RequestHandler(
        new DataSets(storage, heap(PERCENT_FOR_DATA_SETS)),
        batches,
        heap(PERCENT_FOR_BATCHES),
        replies,
        events::send,
        deadLetterIds::catchUp,
        new RequestMetrics(registry, CodecProcesses.shared(), sharedFeatures),
        tracing,
        clock);
  }

  @Produces
  @Singleton
  BrokerProbe brokerProbe(DataPrepConfiguration configuration) {
    return new BrokerProbe(configuration.broker());
  }

  void end(@Disposes BrokerProbe probe) {
    probe.close();
  }

  @Produces
  @Singleton
  StorageProbe storageProbe(DataPrepConfiguration configuration) {
    return new StorageProbe(configuration.datasetRoot(), configuration.objectStore());
  }

  void end(@Disposes StorageProbe probe) {
    probe.close();
  }

  @Produces
  @Singleton
  DependencyWatch dependencies(
      DataPrepConfiguration configuration,
      BrokerProbe broker,
      StorageProbe storage,
      MeterRegistry registry) {
    DependencyWatch watch = new DependencyWatch(Map.of("broker", broker, "store", storage));
    DiskGauges.register(registry, configuration.cache().folder());
    return watch;
  }

  private static long heap(int percent) {
    return Runtime.getRuntime().maxMemory() / 100 * percent;
  }
}
