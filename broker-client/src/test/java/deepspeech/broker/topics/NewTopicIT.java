package deepspeech.broker.topics;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.progress.GroupProgress;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.metric.MetricPoint;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that learns of a topic a moment after it was asked, as those do that are not the
 * controller.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("integration")
class NewTopicIT {
  private static final int MOMENT_MILLIS = 500;

  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private EmbeddedKafka kafka;
  private BrokerConfiguration configuration;
  private Admin admin;
  private TopicSetup topics;

  @BeforeAll
  void start(@TempDir Path directory) {
    kafka = EmbeddedKafka.start(directory, 0);
    configuration = BrokerConfiguration.of(kafka.bootstrapServers());
    admin = Admin.create(configuration.client(Map.of()));
    topics = new TopicSetup(configuration);
  }

  @AfterAll
  void stop() {
    later.shutdownNow();
    topics.close();
    admin.close();
    kafka.close();
  }

  @Test
  void itsPartitionsAreCounted() throws Exception {
    // Given
    createSoon("counted");

    // When
    int partitions = topics.partitions("counted");

    // Then
    assertThat(partitions).isEqualTo(3);
  }

  @Test
  void itAppears() throws Exception {
    // Given
    createSoon("appearing");

    // When
    boolean known = topics.exists("appearing");
    boolean appears = topics.appears("appearing");

    // Then
    assertThat(known).isFalse();
    assertThat(appears).isTrue();
  }

  @Test
  void oneThatNobodyCreatesDoesNotAppear() throws Exception {
    // When
    boolean appears = topics.appears("never-created");

    // Then
    assertThat(appears).isFalse();
  }

  @Test
  void itIsRead() throws Exception {
    // Given
    createSoon("read");

    // When
    try (EventTail<MetricPoint> tail =
        EventTail.of(configuration, "read", MetricPoint.class, EventTail.Start.BEGINNING)) {

      // Then
      assertThat(tail.upToNow()).isEmpty();
    }
  }

  @Test
  void theProgressOfAGroupInItIsKnown() throws Exception {
    // Given
    createSoon("in-progress");

    // When
    try (GroupProgress progress = new GroupProgress(configuration)) {

      // Then
      assertThat(progress.of("in-progress", "group").end()).hasSize(3);
    }
  }

  private void createSoon(String topic) {
    NewTopic created = new NewTopic(topic, Optional.of(3), Optional.empty());
    var unused =
        later.<CreateTopicsResult>schedule(
            () -> admin.createTopics(Set.of(created)), MOMENT_MILLIS, TimeUnit.MILLISECONDS);
  }
}
