package deepspeech.dashboard.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.SampleTranscript;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.runtime.metrics.MetricNames;
import deepspeech.testing.server.TestBroker;
import deepspeech.testing.service.TrainerDouble;
import deepspeech.testing.service.TrainerDouble.ReceivedCommand;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with a broker; the other services are played by the test. */
@TestInstance(Lifecycle.PER_CLASS)
@Tag("integration")
class DashboardServiceIT {
  private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
  private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'&</script>";

  @TempDir static Path folder;

  private EmbeddedKafka kafka;
  private BrokerConfiguration broker;
  private EventPublisher publisher;
  private DashboardProcess service;

  @BeforeAll
  void start() throws Exception {
    kafka = TestBroker.start(folder.resolve("kafka"));
    broker = BrokerConfiguration.of(kafka.bootstrapServers());
    publisher = new EventPublisher(broker, "/test");
    service = DashboardProcess.start(environment(), folder);
    service.awaitReady();
  }

  @AfterAll
  void stop() {
    service.close();
    publisher.close();
    kafka.close();
  }

  @Test
  void aRunIsShownAsItsMessagesDescribeIt() throws Exception {
    // Given
    publishRun("whole", 2);
    publisher.publish(
        MetricPoint.lag(new RunId("whole"), Topics.COMMANDS, 3, new Position(2, 10, 0, 20), START));

    // When
    JsonNode run =
        service.await(
            "/api/runs/whole",
            next ->
                isWhole(next, 2)
                    && next.path("latest").path("lag").path(Topics.COMMANDS).asDouble() == 3);

    // Then
    assertThat(run.path("run").asText()).isEqualTo("whole");
    assertThat(run.path("status").asText()).isEqualTo("running");
    assertThat(run.path("num_epoch").asInt()).isEqualTo(50);
    assertThat(run.path("position").path("step").asInt()).isEqualTo(20);
    assertThat(run.path("latest").path("train_loss").asDouble()).isEqualTo(80);
    assertThat(run.path("best").path("checkpoint").asText()).isEqualTo("epoch-0002");
    assertThat(run.path("best").path("cer").asDouble()).isEqualTo(0.25);
    assertThat(run.path("configuration").path("batch_size").asInt()).isEqualTo(32);
    assertThat(run.has("reason")).isFalse();
    JsonNode newest = run.path("checkpoints").get(0);
    assertThat(newest.path("checkpoint").asText()).isEqualTo("epoch-0002");
    assertThat(newest.path("bytes").asLong()).isEqualTo(12);
    assertThat(newest.path("seconds").asDouble()).isEqualTo(1.5);
    assertThat(newest.path("best").asBoolean()).isTrue();
    assertThat(newest.path("cer").asDouble()).isEqualTo(0.25);
    assertThat(newest.path("kept").asBoolean()).isTrue();
    assertThat(newest.path("pinned").asBoolean()).isFalse();
    JsonNode oldest = run.path("checkpoints").get(1);
    assertThat(oldest.path("kept").asBoolean()).isFalse();
    assertThat(oldest.path("pinned").asBoolean()).isTrue();
    assertThat(service.json("/api/runs").path("broker").path("connected").asBoolean()).isTrue();
    JsonNode evaluations = service.json("/api/runs/whole/evaluations").path("evaluations");
    assertThat(evaluations).hasSize(2);
    assertThat(evaluations.get(0).has("samples")).isFalse();
  }

  @Test
  void curvesComeAlongAnyAxisSmoothedZoomedAndThinned() throws Exception {
    // Given
    publishRun("curves", 2);
    for (int step = 21; step <= 1000; step++) {
      var unused = publisher.send(point("curves", MetricName.TRAIN_LOSS, step, 100 - step));
    }
    publisher.flush();
    service.await(
        "/api/runs/curves/curves?metrics=train_loss",
        answer -> answer.path("curves").path(0).path("points").asInt() == 1000);

    // When
    JsonNode whole = service.json("/api/runs/curves/curves?metrics=train_loss,test_cer");
    JsonNode thin = service.json("/api/runs/curves/curves?metrics=train_loss&width=10");
    JsonNode epochs = service.json("/api/runs/curves/curves?metrics=test_cer&axis=epoch");
    JsonNode zoomed =
        service.json(
            "/api/runs/curves/curves?metrics=train_loss&axis=relative&from=10&to=20&smoothing=0.6");

    // Then
    assertThat(texts(whole.path("curves"), "metric")).containsExactly("train_loss", "test_cer");
    assertThat(whole.path("curves").get(0).path("x")).hasSize(1000);
    assertThat(whole.path("curves").get(0).has("smoothed")).isFalse();
    assertThat(thin.path("curves").get(0).path("x").size()).isBetween(10, 40);
    assertThat(epochs.path("curves").get(0).path("x")).hasToString("[1.0,2.0]");
    assertThat(zoomed.path("curves").get(0).path("x")).hasSize(13);
    assertThat(zoomed.path("curves").get(0).path("smoothed")).hasSize(13);
  }

  @Test
  void aResumedRunContinuesWithoutASeam() throws Exception {
    // Given
    publishRun("resumed", 2);
    service.await("/api/runs/resumed", run -> isWhole(run, 2));

    // When
    publisher.publish(
        new MetricPoint(
            new RunId("resumed"), MetricName.RESUMED, 10, 10, 1, 10, START.plusSeconds(1000)));
    publisher.publish(point("resumed", MetricName.TRAIN_LOSS, 11, 7));
    JsonNode curves =
        service.await(
            "/api/runs/resumed/curves?metrics=train_loss",
            answer -> answer.path("curves").path(0).path("points").asInt() == 11);

    // Then
    assertThat(curves.path("curves").get(0).path("y").get(10).asDouble()).isEqualTo(7);
    assertThat(curves.path("resumed").get(0).path("x").asDouble()).isEqualTo(10);
    assertThat(texts(service.json("/api/runs/resumed").path("checkpoints"), "checkpoint"))
        .containsExactly("epoch-0001");
  }

  @Test
  void theHistoryIsCompleteAgainAfterAKill() throws Exception {
    // Given
    publishRun("history", 2);
    JsonNode before = service.await("/api/runs/history", run -> isWhole(run, 2));
    String curves = service.get("/api/runs/history/curves?axis=epoch").body();

    // When
    int port = service.port();
    service.kill();
    service = DashboardProcess.start(environment(), folder, port);
    service.awaitReady();
    JsonNode after = service.json("/api/runs/history");

    // Then
    assertThat(without(after, "version")).isEqualTo(without(before, "version"));
    assertThat(without(service.json("/api/runs/history/curves?axis=epoch"), "version"))
        .isEqualTo(without(tree(curves), "version"));
  }

  @Test
  void aBrokerThatGoesAwayIsShownAndReadingContinuesAfterwards() throws Exception {
    // Given
    publishRun("away", 2);
    service.await("/api/runs/away", run -> isWhole(run, 2));

    // When
    int port = kafka.port();
    kafka.close();
    service.await("/api/runs", answer -> !answer.path("broker").path("connected").asBoolean());
    int ready = service.get("/q/health/ready").statusCode();
    int live = service.get("/q/health/live").statusCode();
    JsonNode shown = service.json("/api/runs/away");
    HttpResponse<String> refused = service.post("/api/commands", stop("away"));
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), port);
    service.awaitReady();
    publisher.publish(point("away", MetricName.TRAIN_LOSS, 21, 5));

    // Then
    assertThat(ready).isEqualTo(503);
    assertThat(live).isEqualTo(200);
    assertThat(shown.path("checkpoints")).hasSize(2);
    assertThat(refused.statusCode()).isEqualTo(503);
    service.await("/api/runs/away", run -> run.path("latest").path("train_loss").asDouble() == 5);
  }

  @Test
  void thePageIsServedBeforeTheBrokerIsReachable() throws Exception {
    // Given
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");

    // When
    try (DashboardProcess early = DashboardProcess.start(environment, folder)) {
      early.awaitLive();
      JsonNode runs = early.json("/api/runs");

      // Then
      assertThat(runs.path("broker").path("connected").asBoolean()).isFalse();
      assertThat(runs.path("broker").path("reading").asBoolean()).isTrue();
      assertThat(runs.path("runs")).isEmpty();
      assertThat(early.get("/q/health/ready").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void aCommandIsPublishedAndAcceptedOrRejectedInTheTrainersWords() throws Exception {
    try (TrainerDouble trainer = new TrainerDouble(kafka.bootstrapServers())) {
      // When
      HttpResponse<String> accepted =
          service.post(
              "/api/commands",
              "{\"command\":\"train\",\"run\":\"commanded\",\"configuration\":{\"batch_size\":4}}");
      HttpResponse<String> rejected = service.post("/api/commands", stop("unknown"));

      // Then
      assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
      JsonNode answer = tree(accepted.body());
      assertThat(answer.path("state").path("status").asText()).isEqualTo("accepted");
      List<ReceivedCommand> received = trainer.received();
      CloudEvent attributes = received.get(0).attributes();
      assertThat(attributes.id()).isEqualTo(answer.path("id").asText());
      assertThat(attributes.source()).isEqualTo("/dashboard");
      assertThat(attributes.type()).isEqualTo("deepspeech.command.train");
      assertThat(received.get(0).key()).isEqualTo("commanded");
      assertThat(received.get(0).command())
          .isEqualTo(
              new Command.Train(
                  new RunId("commanded"), TrainingConfiguration.of(Map.of("batch_size", 4))));
      assertThat(rejected.statusCode()).isEqualTo(409);
      assertThat(tree(rejected.body()).path("reason").asText())
          .isEqualTo("run: \"unknown\" given, no such run");
      service.await("/api/runs/commanded", run -> run.path("status").asText().equals("running"));
    }
  }

  @Test
  void unansweredCommandsStayInTheTopicAndThePageReportsThat() throws Exception {
    // Given
    int tooMany = 9;
    HttpRequest request =
        json(URI.create(service.url() + "/api/commands"), stop("nobody"))
            .header("Origin", service.url())
            .build();

    // When
    List<HttpResponse<String>> responses =
        IntStream.range(0, tooMany)
            .mapToObj(i -> service.http().sendAsync(request, HttpResponse.BodyHandlers.ofString()))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();

    // Then
    assertThat(responses).filteredOn(response -> response.statusCode() == 503).hasSize(1);
    assertThat(responses)
        .filteredOn(response -> response.statusCode() == 504)
        .hasSize(tooMany - 1)
        .allMatch(response -> !tree(response.body()).path("id").asText().isEmpty());
  }

  @Test
  void aCommandThatBreaksTheContractIsRefusedByTheNameOfTheField() throws Exception {
    // When
    HttpResponse<String> wrongValue =
        service.post(
            "/api/commands",
            "{\"command\":\"train\",\"run\":\"wrong\",\"configuration\":{\"batch_size\":0}}");
    HttpResponse<String> wrongRun = service.post("/api/commands", stop(HOSTILE.replace("\"", "")));
    HttpResponse<String> notJson = service.post("/api/commands", "{");

    // Then
    assertThat(wrongValue.statusCode()).isEqualTo(422);
    assertThat(tree(wrongValue.body()).path("reason").asText())
        .isEqualTo("batch_size: 0 given, allowed: a whole number from 1 to 1024");
    assertThat(wrongRun.statusCode()).isEqualTo(422);
    assertThat(wrongRun.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
    assertThat(notJson.statusCode()).isEqualTo(422);
  }

  @Test
  void aRequestThatAnotherSiteSendsPublishesNothing() throws Exception {
    // Given
    URI commands = URI.create(service.url() + "/api/commands");
    String body = stop("forged");
    try (TrainerDouble trainer = new TrainerDouble(kafka.bootstrapServers())) {
      // When
      List<HttpResponse<String>> refused = new ArrayList<>();
      refused.add(service.send(json(commands, body).header("Origin", "https://evil.example")));
      refused.add(service.send(json(commands, body).header("Origin", "null")));
      refused.add(service.send(json(commands, body).header("Sec-Fetch-Site", "cross-site")));
      refused.add(
          service.send(
              json(commands, body)
                  .header("Origin", service.url())
                  .header("Sec-Fetch-Site", "same-site")));
      refused.add(service.send(json(commands, body)));
      HttpResponse<String> form =
          service.send(
              HttpRequest.newBuilder(commands)
                  .header("Origin", service.url())
                  .header("Content-Type", "text/plain")
                  .POST(HttpRequest.BodyPublishers.ofString(body)));
      service.post("/api/commands", stop("genuine"));

      // Then
      assertThat(refused).allMatch(response -> response.statusCode() == 403);
      assertThat(form.statusCode()).isEqualTo(415);
      assertThat(trainer.received())
          .extracting(received -> received.command().run().value())
          .containsExactly("genuine");
    }
  }

  @Test
  void healthAndMetricsAreOnTheirOwnPortAlone() throws Exception {
    // Given
    String host = "Host: 127.0.0.1:" + service.port();
    for (String path :
        List.of("/q/metrics", "/q/health", "/q/health/ready", "/q/info", "/metrics")) {
      // When
      String onThePage = RawRequest.send(service.port(), "GET " + path + " HTTP/1.1", host);

      // Then
      assertThat(onThePage).as(path).startsWith("HTTP/1.1 404");
    }
    assertThat(service.get("/q/metrics").body()).contains("deepspeech_dashboard_runs");
    for (String path : List.of("/api/runs", "/", "/api/session")) {
      String onTheOther =
          RawRequest.send(service.managementPort(), "GET " + path + " HTTP/1.1", host);
      assertThat(onTheOther).as(path).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void aRequestForAnotherHostIsRefusedButProbesAreNot() throws Exception {
    // When
    String rebound =
        RawRequest.send(service.port(), "GET /api/runs HTTP/1.1", "Host: evil.example");
    String page =
        RawRequest.send(service.port(), "GET / HTTP/1.1", "Host: evil.example:" + service.port());
    String own =
        RawRequest.send(
            service.port(), "GET /api/runs HTTP/1.1", "Host: localhost:" + service.port());
    String probe =
        RawRequest.send(
            service.managementPort(), "GET /q/health/live HTTP/1.1", "Host: 10.1.2.3:8041");

    // Then
    assertThat(rebound).startsWith("HTTP/1.1 403");
    assertThat(page).startsWith("HTTP/1.1 403");
    assertThat(own).startsWith("HTTP/1.1 200");
    assertThat(probe).startsWith("HTTP/1.1 200");
  }

  @Test
  void everyAnswerHasHeadersThatRestrictWhatThePageMayDo() throws Exception {
    // When
    HttpResponse<String> api = service.get("/api/runs");
    HttpResponse<String> chart = service.get("/webjars/uplot/1.6.30/dist/uPlot.min.css");
    HttpResponse<String> missing = service.get("/nothing");

    // Then
    assertThat(chart.statusCode()).isEqualTo(200);
    for (HttpResponse<String> response : List.of(api, chart, missing)) {
      assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(response.headers().firstValue("X-Frame-Options")).contains("DENY");
      assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
      assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
    assertThat(api.headers().firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  void markupInMessagesComesOutAsData() throws Exception {
    // Given
    RunId run = new RunId("hostile");
    publisher.publish(
        RunState.accepted(run, TrainingConfiguration.of(Map.of("train_manifest", HOSTILE)), START)
            .withStatus(RunStatus.FAILED, HOSTILE, START));
    Map<String, Object> utterance =
        Map.of(
            "kind",
            DeadLetter.UTTERANCE,
            "run",
            "hostile",
            "subject",
            HOSTILE,
            "split",
            "train",
            "utterance",
            1,
            "reason",
            HOSTILE,
            "detail",
            HOSTILE,
            "time",
            START);
    publisher.publish(Json.convert(Json.toTree(utterance), DeadLetter.class));
    publisher.publish(
        DeadLetter.unreadable(DeadLetter.COMMAND, HOSTILE, HOSTILE, HOSTILE, new byte[0], START));
    publisher.publish(evaluation("hostile", 1, 0.5, HOSTILE));

    // When
    JsonNode detail =
        service.await("/api/runs/hostile", answer -> answer.path("reason").isTextual());
    JsonNode letters =
        service.await(
            "/api/runs/hostile/dead-letters", answer -> answer.path("letters").size() == 1);
    JsonNode others =
        service.await("/api/dead-letters", answer -> !answer.path("letters").isEmpty());
    JsonNode evaluation =
        service.await(
            "/api/runs/hostile/evaluations/epoch-0001",
            answer -> !answer.path("samples").isEmpty());
    HttpResponse<String> unknown = service.get("/api/runs/%3Cscript%3E");

    // Then
    assertThat(detail.path("reason").asText()).isEqualTo(HOSTILE);
    assertThat(detail.path("configuration").path("train_manifest").asText()).isEqualTo(HOSTILE);
    assertThat(letters.path("reasons").path(HOSTILE).asInt()).isEqualTo(1);
    assertThat(letters.path("letters").get(0).path("subject").asText()).isEqualTo(HOSTILE);
    assertThat(texts(others.path("letters"), "detail")).contains(HOSTILE);
    JsonNode sample = evaluation.path("samples").get(0);
    assertThat(sample.path("hypothesis").asText()).isEqualTo(HOSTILE);
    assertThat(texts(sample.path("alignment"), "operation")).contains("equal", "insertion");
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(unknown.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
  }

  @Test
  void messagesThatCannotBeReadAreCountedAndPassedOver() throws Exception {
    // When
    publisher
        .send(
            Topics.METRICS,
            null,
            "broken",
            CloudEvent.of(EventTypes.METRIC_POINT, "/test", START),
            Map.of("run", "broken", "name", "no_such_metric"))
        .get();
    publisher.publish(point("broken", MetricName.TRAIN_LOSS, 1, 5));
    service.await("/api/runs/broken", run -> run.path("latest").path("train_loss").asDouble() == 5);

    // Then
    String metrics = service.get("/q/metrics").body();
    assertThat(metrics)
        .containsPattern(
            "deepspeech_dashboard_unreadable_total\\{topic=\"deepspeech.metrics\"[^}]*} [1-9]");
    MetricNames listed = MetricNames.listed(Files.readString(Path.of("metrics.txt")));
    MetricNames exposed = MetricNames.exposed(metrics);
    assertThat(listed.missingIn(exposed)).isEmpty();
    assertThat(exposed.own().missingIn(listed)).isEmpty();
  }

  @Test
  void wrongQueryParametersAreRefusedByName() throws Exception {
    // Given
    publishRun("asked", 1);
    service.await("/api/runs/asked", run -> isWhole(run, 1));

    // When
    HttpResponse<String> axis = service.get("/api/runs/asked/curves?axis=weight");
    HttpResponse<String> width = service.get("/api/runs/asked/curves?width=0");
    HttpResponse<String> metric = service.get("/api/runs/asked/curves?metrics=loss");
    HttpResponse<String> run = service.get("/api/runs/nothing-of-the-kind");

    // Then
    assertThat(axis.statusCode()).isEqualTo(400);
    assertThat(axis.body()).contains("allowed: step, epoch, time, relative");
    assertThat(width.statusCode()).isEqualTo(400);
    assertThat(metric.body()).contains("train_loss");
    assertThat(run.statusCode()).isEqualTo(404);
  }

  @Test
  void theArgumentsComeWithTheirDefaultsAndLimits() throws Exception {
    // When
    JsonNode arguments = service.json("/api/arguments").path("arguments");

    // Then
    JsonNode shuffle = named(arguments, "shuffle_method");
    assertThat(shuffle.path("default").asText()).isEqualTo("batch_shuffle_clipped");
    assertThat(shuffle.path("choices")).hasSize(3);
    assertThat(named(arguments, "batch_size").path("type").asText()).isEqualTo("integer");
    assertThat(named(arguments, "resume_model").path("default").isNull()).isTrue();
    assertThat(named(arguments, "use_gpu").path("help").asText()).isEqualTo("train on GPUs");
  }

  @Test
  void aPageReceivesAnEventForEachChange() throws Exception {
    // Given
    HttpResponse<java.io.InputStream> events =
        service
            .http()
            .send(
                HttpRequest.newBuilder(URI.create(service.url() + "/api/events")).build(),
                HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(events.body(), StandardCharsets.UTF_8))) {
      String first = nextEvent(lines, "broker");

      // When
      publisher.publish(point("followed", MetricName.TRAIN_LOSS, 1, 5));
      String changed = nextEvent(lines, "runs");
      while (!changed.contains("followed")) {
        changed = nextEvent(lines, "runs");
      }

      // Then
      assertThat(events.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/event-stream");
      assertThat(tree(first).path("connected").asBoolean()).isTrue();
      assertThat(tree(changed).path("run").asText()).isEqualTo("followed");
      assertThat(tree(changed).path("version").asLong()).isPositive();
    }
  }

  @Test
  void twoHundredPagesThatReadNothingAreDroppedAndTheOthersAreServed() throws Exception {
    // Given
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2048);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
        socket
            .getOutputStream()
            .write(
                "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                    .formatted(service.port())
                    .getBytes(StandardCharsets.US_ASCII));
        slow.add(socket);
      }
      awaitClients(clients -> clients >= 200);

      // When
      List<RunId> runs = IntStream.range(0, 300).mapToObj(i -> new RunId("slow-" + i)).toList();
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
      int step = 0;
      while (clients() > 0) {
        assertThat(System.nanoTime()).as("%d clients", clients()).isLessThan(deadline);
        step++;
        for (RunId run : runs) {
          var unused = publisher.send(point(run.value(), MetricName.TRAIN_LOSS, step, 5));
        }
        publisher.flush();
        TimeUnit.MILLISECONDS.sleep(200);
      }

      // Then
      service.await(
          "/api/runs/slow-299", run -> run.path("latest").path("train_loss").asDouble() == 5);
      assertThat(heapAfterCollection()).isLessThan(200e6);
      service.awaitReady();
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private void awaitClients(IntPredicate expected) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!expected.test(clients())) {
      assertThat(System.nanoTime()).as("%d clients", clients()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private int clients() throws Exception {
    return (int) metric("deepspeech_dashboard_clients(?:\\{[^}]*})? ([0-9.E]+)");
  }

  private double heapAfterCollection() throws Exception {
    return metric("jvm_gc_live_data_size_bytes(?:\\{[^}]*})? ([0-9.E]+)");
  }

  private double metric(String pattern) throws Exception {
    Matcher matcher = Pattern.compile(pattern).matcher(service.get("/q/metrics").body());
    assertThat(matcher.find()).as(pattern).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void withATokenNoOneElseHasAccess() throws Exception {
    // Given
    String token = "a token of this test";
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("DEEPSPEECH_DASHBOARD_TOKEN", token);
    try (DashboardProcess guarded = DashboardProcess.start(environment, folder)) {
      guarded.awaitReady();
      HttpRequest.Builder runs = HttpRequest.newBuilder(URI.create(guarded.url() + "/api/runs"));

      // When
      HttpResponse<String> before = guarded.get("/api/runs");
      HttpResponse<String> events = guarded.get("/api/events");
      HttpResponse<String> command = guarded.post("/api/commands", stop("x"));
      JsonNode session = guarded.json("/api/session");
      HttpResponse<String> signedIn = guarded.post("/api/session", "{\"token\":\"" + token + "\"}");
      String cookie = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
      HttpResponse<String> after =
          guarded.send(runs.copy().header("Cookie", cookie.split(";", 2)[0]));
      HttpResponse<String> bearer =
          guarded.send(runs.copy().header("Authorization", "Bearer " + token));
      HttpResponse<String> wrongBearer =
          guarded.send(runs.copy().header("Authorization", "Bearer " + token + "x"));
      HttpResponse<String> inUrl = guarded.get("/api/runs?token=" + token.replace(" ", "+"));
      int failures = 0;
      HttpResponse<String> wrong;
      do {
        wrong = guarded.post("/api/session", "{\"token\":\"wrong" + failures++ + "\"}");
      } while (wrong.statusCode() == 401 && failures < 100);

      // Then
      assertThat(before.statusCode()).isEqualTo(401);
      assertThat(events.statusCode()).isEqualTo(401);
      assertThat(command.statusCode()).isEqualTo(401);
      assertThat(session).isEqualTo(tree("{\"authentication\":\"token\",\"authenticated\":false}"));
      assertThat(signedIn.statusCode()).isEqualTo(200);
      assertThat(cookie).containsIgnoringCase("HttpOnly").containsIgnoringCase("SameSite=Strict");
      assertThat(after.statusCode()).isEqualTo(200);
      assertThat(bearer.statusCode()).isEqualTo(200);
      assertThat(wrongBearer.statusCode()).isEqualTo(401);
      assertThat(inUrl.statusCode()).isEqualTo(401);
      assertThat(wrong.statusCode()).isEqualTo(429);
      assertThat(failures).isBetween(5, 11);
      assertThat(guarded.output() + guarded.errors()).doesNotContain(token);
    }
  }

  /** Other spellings have got around path checks of the frameworks below, as in CVE-2026-50559. */
  @Test
  void noSpellingOfAPathGetsAroundTheSignIn() throws Exception {
    // Given
    List<String> spellings =
        List.of(
            "/api;x=1/runs",
            "/api/;x/runs",
            "/api/runs;x=1",
            "/api%3Bx/runs",
            "/;x/api/runs",
            "//api/runs",
            "/%2Fapi/runs",
            "/%61pi/runs",
            "/./api/runs",
            "/api/%2e/runs",
            "/x/../api/runs",
            "/api/session/../runs",
            "/api/session;/../runs",
            "/api/session%2F..%2Fruns",
            "/API/runs");
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("DEEPSPEECH_DASHBOARD_TOKEN", "a token of this test");
    try (DashboardProcess guarded = DashboardProcess.start(environment, folder)) {
      guarded.awaitReady();
      for (String spelling : spellings) {
        // When
        String answer =
            RawRequest.send(
                guarded.port(),
                "GET " + spelling + " HTTP/1.1",
                "Host: localhost:" + guarded.port());

        // Then
        assertThat(answer).as(spelling).containsPattern("^HTTP/1.1 40[14] ");
      }
    }
  }

  @Test
  void aConfigurationThatWouldOpenThePageToOthersEndsInOneLine() throws Exception {
    // Given
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("DEEPSPEECH_DASHBOARD_HOST", "0.0.0.0");

    // When
    try (DashboardProcess process = DashboardProcess.start(environment, folder)) {

      // Then
      assertThat(process.exitCode()).isEqualTo(2);
      assertThat(process.errors().lines()).hasSize(1);
      assertThat(process.errors())
          .startsWith(
              "dashboard: DEEPSPEECH_DASHBOARD_HOST: \"0.0.0.0\" given, allowed: 127.0.0.1");
    }
  }

  @Test
  void aVariableOfQuarkusDoesNotOpenThePageToOthers() throws Exception {
    // Given
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("QUARKUS_HTTP_HOST", "0.0.0.0");

    // When
    try (DashboardProcess process = DashboardProcess.start(environment, folder)) {
      process.awaitLive();

      // Then
      assertThat(process.output()).contains("http://127.0.0.1:" + process.port());
    }
  }

  private static String nextEvent(BufferedReader lines, String name) throws Exception {
    boolean found = false;
    while (true) {
      String line = lines.readLine();
      assertThat(line).as("the stream ended").isNotNull();
      if (line.startsWith("event:")) {
        found = line.substring("event:".length()).strip().equals(name);
      } else if (found && line.startsWith("data:")) {
        return line.substring("data:".length());
      }
    }
  }

  private static HttpRequest.Builder json(URI uri, String body) {
    return HttpRequest.newBuilder(uri)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static String stop(String run) {
    return "{\"command\":\"stop\",\"run\":\"" + run + "\"}";
  }

  private static JsonNode tree(String json) {
    return Json.readTree(json.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode without(JsonNode tree, String field) {
    return ((com.fasterxml.jackson.databind.node.ObjectNode) tree.deepCopy()).without(field);
  }

  private static List<String> texts(JsonNode list, String field) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(item -> item.path(field).asText())
        .toList();
  }

  private static JsonNode named(JsonNode list, String name) {
    return StreamSupport.stream(list.spliterator(), false)
        .filter(item -> item.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Map<String, String> environment() {
    return Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
  }

  /** A run of epochs of ten batches, with its checkpoints and results. */
  private void publishRun(String run, int epochs) throws Exception {
    int steps = 10 * epochs;
    publisher.publish(
        RunState.accepted(
                new RunId(run), TrainingConfiguration.defaults(), START.plusSeconds(steps))
            .withStatus(RunStatus.RUNNING, START.plusSeconds(steps))
            .withCommand("id-" + run, START.plusSeconds(steps))
            .withPosition(new Position(epochs, 10, 10, steps), START.plusSeconds(steps))
            .withLastCheckpoint(CheckpointId.endOfEpoch(epochs), START.plusSeconds(steps))
            .withData(320, List.of(), START.plusSeconds(steps))
            .withData(320, List.of(HOSTILE), START.plusSeconds(steps))
            .withCheckpoints(List.of(CheckpointId.endOfEpoch(epochs)), START.plusSeconds(steps))
            .withPinned(List.of(CheckpointId.endOfEpoch(1)), START.plusSeconds(steps)));
    for (int step = 1; step <= steps; step++) {
      publisher.publish(point(run, MetricName.TRAIN_LOSS, step, 100 - step));
    }
    for (int epoch = 1; epoch <= epochs; epoch++) {
      publisher.publish(point(run, MetricName.CHECKPOINT_SECONDS, 10 * epoch, 1.5));
      publisher.publish(point(run, MetricName.TEST_CER, 10 * epoch, 0.5 / epoch));
      publisher.publish(evaluation(run, epoch, 0.5 / epoch, "a b"));
      publisher.publish(
          CheckpointCommitted.untested(
              new RunId(run),
              CheckpointId.endOfEpoch(epoch),
              10L * epoch,
              "s3://deepspeech/runs/" + run + "/",
              List.of(
                  new CheckpointFile("model.onnx", 5, "0".repeat(64)),
                  new CheckpointFile("model.safetensors", 7, "0".repeat(64))),
              START.plusSeconds(10L * epoch)));
    }
  }

  /** Whether the last of what {@link #publishRun} publishes has arrived from each topic. */
  private static boolean isWhole(JsonNode run, int epochs) {
    return run.path("status").asText().equals("running")
        && run.path("checkpoints").size() == epochs
        && run.path("best").path("checkpoint").asText().equals("epoch-000" + epochs)
        && run.path("latest").path("test_cer").asDouble() == 0.5 / epochs;
  }

  private static Evaluation evaluation(String run, int epoch, double cer, String hypothesis) {
    return new Evaluation(
        new TestedCheckpoint(new RunId(run), CheckpointId.endOfEpoch(epoch), epoch, 0, 10L * epoch),
        new TestErrors(cer, null, 1, 0, 3, 1, 0, 0),
        List.of(new SampleTranscript(1, "<", hypothesis, 1)),
        new TestTiming(1, null, START.plusSeconds(10L * epoch)));
  }

  private static MetricPoint point(String run, MetricName name, int step, double value) {
    return new MetricPoint(
        new RunId(run),
        name,
        value,
        step,
        (step - 1) / 10 + 1,
        name == MetricName.TEST_CER ? 0 : (step - 1) % 10 + 1,
        START.plusSeconds(step));
  }
}
