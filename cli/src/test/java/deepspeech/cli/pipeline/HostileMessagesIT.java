package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.RunStates;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever anybody publishes on any topic stops no service and disturbs no run. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
@Tag("integration")
class HostileMessagesIT {
  private static final int NEARLY_ALL_THAT_A_RECORD_MAY_HAVE = 900_000;

  @TempDir private static Path directory;
  private static UndisturbedRun undisturbed;
  private static RunningPipeline pipeline;

  @BeforeAll
  static void start() throws Exception {
    undisturbed = UndisturbedRun.trained();
    pipeline = new RunningPipeline(directory);
    pipeline.startWithDashboard();
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void garbageOnEveryTopicStopsNoServiceAndChangesNoRun() throws Exception {
    // Given
    RunId run = new RunId("disturbed");
    pipeline.trainInto(run, point -> point.step() >= 20);
    // The first test makes it; the later ones read it again.
    awaitTopic(Topics.featuresName(run, Split.TEST));

    // When
    List<String> topics =
        Stream.concat(
                Topics.shared().stream().map(TopicDefinition::name),
                Stream.of(Split.values()).map(split -> Topics.featuresName(run, split)))
            .toList();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            pipeline.broker().client(Map.of(ProducerConfig.ACKS_CONFIG, "all")),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (String topic : topics) {
        for (ProducerRecord<byte[], byte[]> record : garbage(topic, run)) {
          sent.add(producer.send(record));
        }
      }
      for (Future<?> record : sent) {
        record.get();
      }
    }

    // Then
    RunState end = pipeline.awaitFinished(run);
    assertThat(end.position().step()).isEqualTo(RunningPipeline.STEPS);
    undisturbed.assertSameTraining(pipeline, run);
    undisturbed.assertSameTests(pipeline, run);
    assertThat(pipeline.train("afterwards", Map.of("num_epoch", 1, "test_off", true)).status())
        .isEqualTo(RunStatus.FINISHED);
    assertThat(pipeline.read(Topics.DEAD_LETTERS, DeadLetter.class))
        .extracting(DeadLetter::kind)
        .contains(DeadLetter.COMMAND, DeadLetter.BATCH_REQUEST, DeadLetter.CHECKPOINT);
    assertThatAllServicesAreReady();
    assertThat(get(pipeline.state().dashboardUrl() + "/api/runs/disturbed").body())
        .contains("\"status\":\"finished\"");
  }

  @Test
  void twoHundredCommandsAtOnceEachTwiceAreAllAnsweredOnce() throws Exception {
    // Given
    List<RunId> runs =
        IntStream.rangeClosed(1, 200).mapToObj(i -> new RunId("many-%03d".formatted(i))).toList();

    // When
    try (EventPublisher publisher = new EventPublisher(pipeline.broker(), "/many")) {
      List<Future<Void>> sent = new ArrayList<>();
      for (RunId run : runs) {
        Command train =
            new Command.Train(
                run, pipeline.configuration(Map.of("train_manifest", "none/manifest.train")));
        sent.add(publisher.send(train, "train-" + run));
        sent.add(publisher.send(train, "train-" + run));
      }
      for (Future<Void> command : sent) {
        command.get();
      }
    }
    // Commands are taken in order: when this one has ended the others have.
    RunState behind = pipeline.train("behind", Map.of("num_epoch", 1, "test_off", true));

    // Then
    assertThat(behind.status()).isEqualTo(RunStatus.FINISHED);
    Map<RunId, RunState> states = new RunStates(pipeline.broker()).newest();
    assertThat(states).containsKeys(runs.toArray(RunId[]::new));
    for (RunId run : runs) {
      assertThat(states.get(run).status()).isIn(RunStatus.FAILED, RunStatus.REJECTED);
      assertThat(states.get(run).reason()).contains("none/manifest.train");
      assertThat(states.get(run).commands()).containsExactly("train-" + run);
    }
    assertThatAllServicesAreReady();
  }

  private void awaitTopic(String topic) throws InterruptedException {
    try (TopicSetup topics = new TopicSetup(pipeline.broker())) {
      while (!topics.exists(topic)) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  private List<ProducerRecord<byte[], byte[]>> garbage(String topic, RunId run) {
    byte[] key = utf8(run.value());
    byte[] random = new byte[NEARLY_ALL_THAT_A_RECORD_MAY_HAVE];
    new Random(7).nextBytes(random);
    byte[] control = new byte[NEARLY_ALL_THAT_A_RECORD_MAY_HAVE];
    Arrays.fill(control, (byte) 1);
    String longName = "x".repeat(NEARLY_ALL_THAT_A_RECORD_MAY_HAVE);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    // The state of the run itself stays: to remove it is no garbage.
    records.add(new ProducerRecord<>(topic, utf8("somebody-else"), null));
    if (!topic.equals(Topics.RUNS)) {
      // The broker itself refuses a record without a key on a compacted topic.
      records.add(new ProducerRecord<>(topic, null, null));
      records.add(new ProducerRecord<>(topic, null, utf8("garbage")));
    }
    for (byte[] body :
        List.of(
            new byte[0],
            utf8("garbage"),
            utf8("null"),
            utf8("[]"),
            utf8("{}"),
            utf8("7"),
            utf8("{\"run\":\"%s\"}".formatted(run)),
            utf8("{\"run\":{\"a\":[null]},\"command\":7,\"name\":0,\"request\":null}"),
            utf8("{\"command\":\"stop\",\"run\":\"%s\",\"unheard_of\":1}".formatted(run)),
            utf8("{\"command\":\"stop\",\"run\":\"%s\",\"%s\":1}".formatted(run, longName)),
            utf8(
                "{\"command\":\"train\",\"run\":\"%s\",\"configuration\":{\"%s\":1}}"
                    .formatted(run, longName)),
            utf8(
                "{\"command\":\"pin\",\"run\":\"%s\",\"checkpoint\":\"%s\"}"
                    .formatted(run, longName)),
            utf8("{\"command\":\"train\",\"run\":\"../../etc\"}"),
            utf8("[".repeat(100_000)),
            utf8("{\"a\":".repeat(100_000)),
            random,
            control,
            utf8(longName))) {
      records.add(new ProducerRecord<>(topic, key, body));
    }
    records.add(new ProducerRecord<>(topic, new byte[] {(byte) 0xFF, 0}, utf8("garbage")));
    records.add(new ProducerRecord<>(topic, utf8("k".repeat(500_000)), utf8("garbage")));
    ProducerRecord<byte[], byte[]> headers = new ProducerRecord<>(topic, key, utf8("{}"));
    headers.headers().add(new RecordHeader("ce_id", null));
    headers.headers().add(new RecordHeader("ce_time", utf8("yesterday")));
    headers.headers().add(new RecordHeader("traceparent", utf8("00-garbage")));
    headers.headers().add(new RecordHeader("reply", random.clone()));
    records.add(headers);
    ProducerRecord<byte[], byte[]> withoutValues = new ProducerRecord<>(topic, key, utf8("{}"));
    for (String name : List.of("ce_specversion", "ce_id", "ce_time", "traceparent", "ds_reply")) {
      withoutValues.headers().add(new RecordHeader(name, null));
    }
    records.add(withoutValues);
    ProducerRecord<byte[], byte[]> id = new ProducerRecord<>(topic, key, utf8("garbage"));
    id.headers().add(new RecordHeader("ce_id", utf8("i".repeat(500_000))));
    records.add(id);
    return records;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void assertThatAllServicesAreReady() throws Exception {
    for (Map.Entry<String, String> service : pipeline.state().healthUrls().entrySet()) {
      HttpResponse<String> ready = get(service.getValue());
      assertThat(ready.statusCode()).as(service.getKey() + ": " + ready.body()).isEqualTo(200);
      assertThat(Json.readTree(utf8(ready.body())).path("status").asText()).isEqualTo("UP");
    }
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
