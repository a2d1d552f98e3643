package deepspeech.dashboard.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.Json;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.server.TestBroker;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service, with 256 MB of heap, and a million metric points of 50 runs. */
@Tag("integration")
class MillionPointsIT {
  private static final int RUNS = 50;
  private static final int STEPS = 5000;
  private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
  private static final List<MetricName> METRICS =
      List.of(
          MetricName.TRAIN_LOSS,
          MetricName.LEARNING_RATE,
          MetricName.GRADIENT_NORM,
          MetricName.SAMPLES_PER_SECOND);

  @TempDir static Path folder;

  @Test
  void aMillionPointsAreAllThereAndComeThinned() throws Exception {
    // Given
    try (EmbeddedKafka kafka = TestBroker.start(folder.resolve("kafka"))) {
      publish(BrokerConfiguration.of(kafka.bootstrapServers()));

      // When
      try (DashboardProcess service =
          DashboardProcess.start(
              Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()), folder)) {
        service.awaitReady();
        String metrics = service.get("/q/metrics").body();
        JsonNode runs = service.json("/api/runs").path("runs");
        JsonNode curves = service.json("/api/runs/run-49/curves?width=300").path("curves");

        // Then
        assertThat(metrics).containsPattern("deepspeech_dashboard_points 1000000\\.0");
        assertThat(runs).hasSize(RUNS);
        assertThat(curves).hasSize(METRICS.size());
        for (JsonNode curve : curves) {
          assertThat(curve.path("points").asInt()).isEqualTo(STEPS);
          assertThat(curve.path("x").size()).isBetween(300, 4 * 300 + 4);
          assertThat(curve.path("x").get(0).asInt()).isEqualTo(1);
          assertThat(curve.path("x").get(curve.path("x").size() - 1).asInt()).isEqualTo(STEPS);
        }
      }
    }
  }

  private static void publish(BrokerConfiguration broker) {
    Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            broker.client(
                Map.of(
                    ProducerConfig.LINGER_MS_CONFIG,
                    50,
                    ProducerConfig.BATCH_SIZE_CONFIG,
                    500_000)),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (int run = 0; run < RUNS; run++) {
        RunId id = new RunId("run-" + run);
        for (int step = 1; step <= STEPS; step++) {
          for (MetricName metric : METRICS) {
            MetricPoint point =
                new MetricPoint(id, metric, Math.sin(step), step, 1, step, START.plusSeconds(step));
            var unused =
                producer.send(
                    new ProducerRecord<>(Topics.METRICS, id.value(), Json.write(point)),
                    (sent, failure) -> {
                      if (failure != null) {
                        failures.add(failure);
                      }
                    });
          }
        }
      }
    }
    assertThat(failures).isEmpty();
  }
}
