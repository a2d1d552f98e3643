package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.trace.TraceHeaders;
import deepspeech.cli.pipeline.OtlpReceiver.ReceivedSpan;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.runtime.start.ServiceStart;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.JavaProcess;
import deepspeech.testing.process.ServiceProcess;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The traces of the built services as processes of their own. */
@Tag("integration")
class TracesIT {
  private static final String TRAINER = "trainer-service";
  private static final String DATA_PREP = "data-prep-service";
  private static final String EVALUATOR = "evaluator-service";
  private static final List<String> SERVICES = List.of(TRAINER, DATA_PREP, EVALUATOR);

  private static final SpanContext PUBLISHER =
      SpanContext.create(
          "4bf92f3577b34da6a3ce929d0e0e4736",
          "00f067aa0ba902b7",
          TraceFlags.getSampled(),
          TraceState.getDefault());

  @TempDir Path directory;
  private RunningPipeline pipeline;

  @BeforeEach
  void makeCorpus() throws Exception {
    pipeline = new RunningPipeline(directory);
  }

  @AfterEach
  void stop() {
    pipeline.close();
  }

  @Test
  void aTraceLeadsFromRequestToStepAndFromStepToCerThroughAllProcesses() throws Exception {
    // Given
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      pipeline.start(
          2,
          Map.of(
              "OTEL_EXPORTER_OTLP_ENDPOINT",
              receiver.endpoint(),
              "OTEL_EXPORTER_OTLP_HEADERS",
              "authorization=Bearer of-the-test"));

      // When
      trainAsPartOfATrace();
      Evaluation evaluation = awaitEvaluation();
      List<ReceivedSpan> spans = awaitWholeTraces(receiver);

      // Then
      assertThat(receiver.authorizations()).containsOnly("Bearer of-the-test");
      assertThat(spans)
          .extracting(ReceivedSpan::service)
          .containsOnly(TRAINER, DATA_PREP, EVALUATOR);
      assertThat(orphans(spans)).isEmpty();
      assertThat(spans.stream().map(ReceivedSpan::name).collect(Collectors.toSet()))
          .isEqualTo(documentedSpans());
      assertCommandLeadsToRun(spans);
      ReceivedSpan step = assertRequestLeadsToStep(spans, 19);
      assertRequestLeadsToStep(spans, 0);
      assertStepLeadsToCer(spans, step, evaluation);
    }
  }

  private void assertCommandLeadsToRun(List<ReceivedSpan> spans) {
    ReceivedSpan command = only(spans, "command", PUBLISHER.getTraceId());
    assertThat(command.parent()).isEqualTo(PUBLISHER.getSpanId());
    assertThat(command.attribute("command")).isEqualTo("deepspeech.command.train");
    ReceivedSpan run = only(spans, "begin run", PUBLISHER.getTraceId());
    assertThat(run.parent()).isEqualTo(command.id());
    assertThat(run.attribute("run")).isEqualTo("traced");
    assertThat(spans)
        .filteredOn(span -> span.name().equals("describe data set"))
        .filteredOn(span -> span.trace().equals(run.trace()))
        .extracting(span -> span.attribute("split"))
        .containsExactlyInAnyOrder("train", "test");
  }

  /** Returns the step. */
  private static ReceivedSpan assertRequestLeadsToStep(List<ReceivedSpan> spans, long batch) {
    ReceivedSpan request =
        spans.stream()
            .filter(span -> span.name().equals("request batch"))
            .filter(span -> "train".equals(span.attribute("split")))
            .filter(span -> span.attribute("batch").equals(batch))
            .filter(span -> span.parent().isEmpty())
            .findFirst()
            .orElseThrow();
    assertThat(request.service()).isEqualTo(TRAINER);
    assertThat(request.attributes())
        .containsEntry("deepspeech.run", "traced")
        .containsEntry("deepspeech.epoch", 1L)
        .containsEntry("deepspeech.attempt", 1L);
    assertThat(request.links())
        .containsExactly(only(spans, "begin run", PUBLISHER.getTraceId()).id());
    String trace = request.trace();
    ReceivedSpan prepared = child(spans, request, "prepare batch");
    assertThat(prepared.service()).isEqualTo(DATA_PREP);
    assertThat(prepared.attribute("utterances")).isEqualTo(2L);
    child(spans, prepared, "compute features");
    ReceivedSpan sent = child(spans, prepared, "send batch");
    ReceivedSpan received = child(spans, sent, "receive batch");
    assertThat(received.service()).isEqualTo(TRAINER);
    assertThat(received.attribute("parts")).isEqualTo(sent.attribute("parts"));
    child(spans, received, "wait for batch");
    ReceivedSpan step = only(spans, "step", trace);
    assertThat(step.parent()).isEqualTo(received.id());
    assertThat(step.attribute("step")).isEqualTo(batch + 1);
    assertThat((Double) step.attribute("loss")).isPositive();
    return step;
  }

  private void assertStepLeadsToCer(
      List<ReceivedSpan> spans, ReceivedSpan step, Evaluation evaluation) {
    ReceivedSpan checkpoint = child(spans, step, "checkpoint");
    assertThat(checkpoint.attribute("checkpoint")).isEqualTo("epoch-0001");
    child(spans, checkpoint, "copy");
    child(spans, checkpoint, "write");
    child(spans, checkpoint, "upload");
    ReceivedSpan published = child(spans, checkpoint, "publish");
    ReceivedSpan evaluated = child(spans, published, "evaluate checkpoint");
    assertThat(evaluated.service()).isEqualTo(EVALUATOR);
    assertThat(evaluated.attribute("cer")).isEqualTo(evaluation.cer());
    child(spans, evaluated, "fetch model");
    for (long batch = 0; batch < 3; batch++) {
      List<ReceivedSpan> ofBatch = ofBatch(spans, evaluated.trace(), "test", batch);
      ReceivedSpan request = child(ofBatch, evaluated, "request batch");
      ReceivedSpan prepared = child(ofBatch, request, "prepare batch");
      ReceivedSpan sent = child(spans, prepared, "send batch");
      ReceivedSpan received = child(ofBatch, sent, "receive batch");
      assertThat(received.service()).isEqualTo(EVALUATOR);
      child(ofBatch, received, "wait for batch");
    }
    assertThat(children(spans, evaluated, "infer batch")).hasSize(1);
    assertThat(children(spans, evaluated, "score batch")).hasSize(1);
    ReceivedSpan result = child(spans, evaluated, "publish evaluation");
    assertThat(result.trace()).isEqualTo(step.trace());
    assertThat(sender(Topics.COMMANDS)).isEqualTo(PUBLISHER.getSpanId());
    assertThat(sender(Topics.CHECKPOINTS)).isEqualTo(published.id());
    assertThat(sender(Topics.EVALUATIONS)).isEqualTo(result.id());
  }

  @Test
  void samplerAndNameAreThoseOfTheEnvironment() throws Exception {
    // Given
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      pipeline.start(
          1,
          Map.of(
              "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint(),
              "OTEL_SERVICE_NAME", "recogniser",
              "OTEL_TRACES_SAMPLER", "parentbased_always_off"));

      // When
      trainAsPartOfATrace();
      awaitEvaluation();
      // Sends what it has.
      pipeline.close();

      // Then
      List<ReceivedSpan> spans = receiver.spans();
      assertThat(spans).extracting(ReceivedSpan::service).containsOnly("recogniser");
      assertThat(spans).extracting(ReceivedSpan::trace).containsOnly(PUBLISHER.getTraceId());
      assertThat(spans).extracting(ReceivedSpan::name).contains("command", "begin run");
    }
  }

  @Test
  void withoutAnEndpointNoMessageCarriesATraceAndNoLogMentionsTraces() throws Exception {
    // Given
    pipeline.start(1);

    // When
    RunState end = pipeline.train("untraced", Map.of("num_epoch", 1));
    awaitEvaluation();

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    for (String topic : List.of(Topics.COMMANDS, Topics.CHECKPOINTS, Topics.EVALUATIONS)) {
      assertThat(sender(topic)).isEqualTo(SpanContext.getInvalid().getSpanId());
    }
    for (String service : SERVICES) {
      assertThat(Files.readAllLines(pipeline.log(service)))
          .noneMatch(line -> line.matches("(?i).* (WARN|ERROR) .*(otel|telemetry).*"));
    }
  }

  @Test
  void aReceiverThatIsAwayHoldsUpNothing() throws Exception {
    // Given
    pipeline.start(
        1, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + ServiceProcess.freePort()));

    // When
    RunState end = pipeline.train("unheard", Map.of("num_epoch", 1));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    awaitEvaluation();
  }

  @ParameterizedTest
  @ValueSource(strings = {TRAINER, DATA_PREP, EVALUATOR})
  void anEndpointThatIsNoAddressStopsTheServiceInOneLine(String service) throws Exception {
    // Given
    JavaLaunch launch =
        JavaLaunch.service(service)
            .environment(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"));

    // When
    JavaProcess process = launch.start(directory.resolve("refused.log"));

    // Then
    assertThat(process.exitCode()).isEqualTo(ServiceStart.CANNOT_START);
    assertThat(process.output().lines())
        .containsExactly(
            service
                + ": OTEL_EXPORTER_OTLP_ENDPOINT: \"collector:4318\" given, allowed: http:// or"
                + " https:// with host and port, such as http://localhost:4318");
  }

  private void trainAsPartOfATrace() throws Exception {
    Callable<RunState> training = () -> pipeline.train("traced", Map.of("num_epoch", 1));
    RunState end = Context.root().with(Span.wrap(PUBLISHER)).wrap(training).call();
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
  }

  private Evaluation awaitEvaluation() throws InterruptedException {
    Evaluation evaluation = pipeline.awaitEvaluation();
    assertThat(pipeline.read(Topics.EVALUATIONS, Evaluation.class)).containsExactly(evaluation);
    return evaluation;
  }

  /** The services send what they have every few seconds. */
  private static List<ReceivedSpan> awaitWholeTraces(OtlpReceiver receiver)
      throws InterruptedException {
    long deadline = System.nanoTime() + RunningPipeline.LIMIT.toNanos();
    while (true) {
      List<ReceivedSpan> spans = receiver.spans();
      Set<String> names = spans.stream().map(ReceivedSpan::name).collect(Collectors.toSet());
      boolean whole =
          names.containsAll(Set.of("checkpoint", "evaluate checkpoint"))
              && orphans(spans).isEmpty();
      if (whole || System.nanoTime() > deadline) {
        return spans;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** Spans whose parent has not come. */
  private static List<ReceivedSpan> orphans(List<ReceivedSpan> spans) {
    Set<String> ids =
        spans.stream().map(span -> span.trace() + span.id()).collect(Collectors.toSet());
    ids.add(PUBLISHER.getTraceId() + PUBLISHER.getSpanId());
    return spans.stream()
        .filter(span -> !span.parent().isEmpty())
        .filter(span -> !ids.contains(span.trace() + span.parent()))
        .toList();
  }

  private static ReceivedSpan child(List<ReceivedSpan> spans, ReceivedSpan parent, String name) {
    List<ReceivedSpan> children = children(spans, parent, name);
    assertThat(children).as("%s of %s", name, parent.name()).hasSize(1);
    return children.get(0);
  }

  private static List<ReceivedSpan> children(
      List<ReceivedSpan> spans, ReceivedSpan parent, String name) {
    return spans.stream()
        .filter(span -> span.trace().equals(parent.trace()))
        .filter(span -> span.parent().equals(parent.id()))
        .filter(span -> span.name().equals(name))
        .toList();
  }

  private static ReceivedSpan only(List<ReceivedSpan> spans, String name, String trace) {
    List<ReceivedSpan> found =
        spans.stream()
            .filter(span -> span.trace().equals(trace) && span.name().equals(name))
            .toList();
    assertThat(found).as("%s of trace %s", name, trace).hasSize(1);
    return found.get(0);
  }

  private static List<ReceivedSpan> ofBatch(
      List<ReceivedSpan> spans, String trace, String split, long batch) {
    return spans.stream()
        .filter(span -> span.trace().equals(trace))
        .filter(span -> split.equals(span.attribute("split")))
        .filter(span -> Long.valueOf(batch).equals(span.attribute("batch")))
        .toList();
  }

  /** The span in which the first record of a topic was sent. */
  private String sender(String topic) {
    Map<String, Object> properties =
        pipeline.broker().client(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      List<ConsumerRecord<String, byte[]>> records =
          consumer.poll(RunningPipeline.LIMIT).records(partition);
      return Span.fromContext(TraceHeaders.read(records.get(0).headers()))
          .getSpanContext()
          .getSpanId();
    }
  }

  /** The first column of the table of spans. */
  private static Set<String> documentedSpans() throws IOException {
    return Files.readString(Path.of("../docs/traces.md"))
        .lines()
        .map(Pattern.compile("\\| `([a-z ]+)` \\|.*")::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .collect(Collectors.toSet());
  }
}
