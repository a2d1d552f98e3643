package deepspeech.dashboard.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.server.TestBroker;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged service with topics that their broker compresses. */
@Tag("integration")
class CompressedTopicsIT {
  private static final RunId RUN = new RunId("compressed");
  private static final Instant TIME = Instant.parse("2026-11-22T08:00:00Z");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"lz4", "zstd", "snappy", "gzip"})
  void aRunIsReadWhicheverWayItsTopicsAreCompressed(String compression) throws Exception {
    // Given
    try (EmbeddedKafka kafka = TestBroker.start(folder.resolve("kafka"))) {
      compress(kafka, compression);
      try (EventPublisher publisher =
          new EventPublisher(BrokerConfiguration.of(kafka.bootstrapServers()), "/test")) {
        publisher.publish(RunState.accepted(RUN, TrainingConfiguration.defaults(), TIME));
        publisher.publish(new MetricPoint(RUN, MetricName.TRAIN_LOSS, 42, 10, 1, 10, TIME));
        publisher.publish(
            CheckpointCommitted.untested(
                RUN, CheckpointId.endOfEpoch(1), 10, "s3://deepspeech/runs/x/", List.of(), TIME));
      }

      // When
      try (DashboardProcess service =
          DashboardProcess.start(
              Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()), folder)) {
        service.awaitReady();
        JsonNode run = service.json("/api/runs/" + RUN);

        // Then
        assertThat(run.path("status").asText()).isEqualTo("accepted");
        assertThat(run.path("latest").path("train_loss").asDouble()).isEqualTo(42);
        assertThat(run.path("checkpoints")).hasSize(1);
      }
    }
  }

  private static void compress(EmbeddedKafka kafka, String compression) throws Exception {
    AlterConfigOp operation =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.COMPRESSION_TYPE_CONFIG, compression),
            AlterConfigOp.OpType.SET);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      for (String topic : List.of(Topics.RUNS, Topics.METRICS, Topics.CHECKPOINTS)) {
        admin
            .incrementalAlterConfigs(
                Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(operation)))
            .all()
            .get();
      }
    }
  }
}
