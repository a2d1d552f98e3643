package deepspeech.dataprep.service;

import deepspeech.broker.events.EventPublisher;
import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.dataset.DataSets;
import deepspeech.dataprep.encoding.BatchFunction;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.messages.configuration.EnvironmentVariables;
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
  private final Clock clock = Clock.systemUTC();

  @Produces
  @Singleton
  DataPrepConfiguration configuration() {
    return DataPrepConfiguration.of(EnvironmentVariables.ofProcess());
  }

  @Produces
  @Singleton
  DatasetRoot datasetRoot(DataPrepConfiguration configuration) throws DataFileException {
    return new DatasetRoot(configuration.datasetRoot());
  }

  @Produces
  @Singleton
  BatchFunction batches(DataPrepConfiguration configuration, DatasetRoot root) {
    AtomicInteger number = new AtomicInteger();
    // Daemons: they end with the service, without anyone waiting for what they decode.
    return new BatchFunction(
        root,
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
  RequestHandler handler(
      DatasetRoot root,
      BatchFunction batches,
      KafkaReplies replies,
      EventPublisher events,
      MeterRegistry registry) {
    return new RequestHandler(
        new DataSets(root), batches, replies, events::send, new RequestMetrics(registry), clock);
  }
}
