package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class KafkaRepliesIT {
  private static final String UNKNOWN_TOPIC = "UNKNOWN_TOPIC_OR_PARTITION";

  private final List<String> logged = new CopyOnWriteArrayList<>();

  @Test
  void theTopicsOfEndedRunsAreForgottenInsteadOfQueriedEachSecond(@TempDir Path directory)
      throws Exception {
    Logger kafkaClients = Logger.getLogger("org.apache.kafka.clients");
    Handler handler = new Recorder();
    kafkaClients.addHandler(handler);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {
      BrokerConfiguration broker = BrokerConfiguration.of(kafka.bootstrapServers());
      try (TopicSetup topics = new TopicSetup(broker);
          KafkaReplies replies = new KafkaReplies(broker)) {
        // Given
        for (int number = 1; number <= 3; number++) {
          RunId run = new RunId("ended-" + number);
          reply(topics, replies, run);
          topics.deleteFeatures(run, Split.TRAIN);
        }

        // When
        // A run under way, for as long as the client would have asked forty times.
        RunId other = new RunId("under-way");
        for (int second = 0; second < 15; second++) {
          reply(topics, replies, other);
          reply(topics, replies, new RunId("new-" + second));
          TimeUnit.SECONDS.sleep(1);
        }

        // Then
        // The client says once that a topic is gone, for up to the five seconds it remembers it.
        List<String> late = List.copyOf(logged);
        logged.clear();
        for (int second = 0; second < 5; second++) {
          reply(topics, replies, other);
          reply(topics, replies, new RunId("newer-" + second));
          TimeUnit.SECONDS.sleep(1);
        }
        assertThat(late.stream().filter(line -> line.contains("ended-")).count())
            .as(late.toString())
            .isLessThanOrEqualTo(8);
        assertThat(logged).noneMatch(line -> line.contains("ended-"));
      }
    } finally {
      kafkaClients.removeHandler(handler);
    }
  }

  @Test
  void aTopicThatABrokerLearnsOfWhileItIsAskedExists(@TempDir Path directory) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {
      BrokerConfiguration broker = BrokerConfiguration.of(kafka.bootstrapServers());
      RunId run = new RunId("new");
      try (TopicSetup topics = new TopicSetup(broker);
          KafkaReplies replies = new KafkaReplies(broker)) {
        // Given
        CompletableFuture<Void> created =
            CompletableFuture.runAsync(
                () -> create(topics, run),
                CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));

        // When
        boolean exists = replies.exists(Topics.featuresName(run, Split.TRAIN));

        // Then
        assertThat(exists).isTrue();
        created.get();
      }
    }
  }

  private static void create(TopicSetup topics, RunId run) {
    try {
      topics.ensureFeatures(run, Split.TRAIN);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void reply(TopicSetup topics, KafkaReplies replies, RunId run)
      throws InterruptedException {
    topics.ensureFeatures(run, Split.TRAIN);
    replies.send(
        Topics.featuresName(run, Split.TRAIN), List.of(new Reply("key", Map.of(), new byte[1])));
  }

  private final class Recorder extends Handler {
    @Override
    public void publish(LogRecord record) {
      String line = record.getMessage() + " " + java.util.Arrays.toString(record.getParameters());
      if (line.contains(UNKNOWN_TOPIC)) {
        logged.add(line);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
