package deepspeech.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.ValidationMessage;
import deepspeech.messages.AsyncApiDocument.Example;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.SampleTranscript;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import deepspeech.messages.trainer.TrainerMessage;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps {@code asyncapi.yaml} true: its examples, schemas and topics against the code. */
class AsyncApiTest {
  private static final AsyncApiDocument DOCUMENT = AsyncApiDocument.read(Path.of("asyncapi.yaml"));

  /** Headers that any message may have, see {@code deepspeech.broker.trace.TraceHeaders}. */
  private static final Set<String> TRACE = Set.of("traceparent", "tracestate");

  /** Who reads a JSON message of the document. */
  static final Map<String, Class<?>> MESSAGES =
      Map.ofEntries(
          Map.entry("train", Command.class),
          Map.entry("resume", Command.class),
          Map.entry("fineTune", Command.class),
          Map.entry("stop", Command.class),
          Map.entry("evaluate", Command.class),
          Map.entry("pin", Command.class),
          Map.entry("unpin", Command.class),
          Map.entry("runState", RunState.class),
          Map.entry("dataSetRequest", FeatureRequest.class),
          Map.entry("batchRequest", FeatureRequest.class),
          Map.entry("dataSet", DataSetDescription.class),
          Map.entry("requestRefused", RequestRefused.class),
          Map.entry("checkpointCommitted", CheckpointCommitted.class),
          Map.entry("evaluation", Evaluation.class),
          Map.entry("metricPoint", MetricPoint.class),
          Map.entry("deadLetter", DeadLetter.class),
          Map.entry("forwardedCommand", TrainerMessage.class),
          Map.entry("commandAnswer", TrainerMessage.class),
          Map.entry("trainerPresence", TrainerMessage.class));

  /** The record that a schema describes; its JSON has the kind beside the components. */
  private static final Map<String, Class<?>> RECORDS =
      Map.ofEntries(
          Map.entry("trainCommand", Command.Train.class),
          Map.entry("resumeCommand", Command.Resume.class),
          Map.entry("fineTuneCommand", Command.FineTune.class),
          Map.entry("stopCommand", Command.Stop.class),
          Map.entry("evaluateCommand", Command.Evaluate.class),
          Map.entry("pinCommand", Command.Pin.class),
          Map.entry("unpinCommand", Command.Unpin.class),
          Map.entry("position", Position.class),
          Map.entry("runState", RunState.class),
          Map.entry("dataSpecification", DataSpecification.class),
          Map.entry("dataSetRequest", FeatureRequest.Description.class),
          Map.entry("batchRequest", FeatureRequest.Batch.class),
          Map.entry("dataSetDescription", DataSetDescription.class),
          Map.entry("requestRefused", RequestRefused.class),
          Map.entry("checkpointFile", CheckpointFile.class),
          Map.entry("checkpointCommitted", CheckpointCommitted.class),
          Map.entry("sampleTranscript", SampleTranscript.class),
          Map.entry("evaluation", Evaluation.class),
          Map.entry("metricPoint", MetricPoint.class),
          Map.entry("deadLetter", DeadLetter.class),
          Map.entry("forwardedCommand", TrainerMessage.Forwarded.class),
          Map.entry("commandAnswer", TrainerMessage.Answered.class),
          Map.entry("trainerPresence", TrainerMessage.Present.class));

  static Stream<Example> examples() {
    return DOCUMENT.examples().stream();
  }

  static Stream<Example> jsonExamples() {
    return examples().filter(example -> MESSAGES.containsKey(example.message()));
  }

  @Test
  void everyMessageHasAnExampleAndStandsInAChannel() {
    // When
    Set<String> withExample = new HashSet<>();
    examples().forEach(example -> withExample.add(example.message()));
    Set<String> inChannels = new HashSet<>();
    DOCUMENT
        .root()
        .path("channels")
        .forEach(
            channel ->
                channel.path("messages").forEach(ref -> inChannels.add(nameOf(ref.path("$ref")))));

    // Then
    Set<String> all = new HashSet<>(MESSAGES.keySet());
    all.add("featureBatchPart");
    assertThat(fieldNames(DOCUMENT.messages())).isEqualTo(all);
    assertThat(withExample).isEqualTo(all);
    assertThat(inChannels).isEqualTo(all);
  }

  @Test
  void everyMetricHasAnExample() {
    // When
    List<String> withExample =
        jsonExamples()
            .filter(example -> example.message().equals("metricPoint"))
            .map(example -> example.payload().path("name").asText())
            .toList();

    // Then
    assertThat(withExample)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(MetricName.values()).map(MetricName::toString).toList());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleKeepsToItsSchemas(Example example) {
    // When
    Set<ValidationMessage> headers = DOCUMENT.validateHeaders(example.message(), example.headers());
    Set<ValidationMessage> payload = DOCUMENT.validatePayload(example.message(), example.payload());

    // Then
    assertThat(headers).isEmpty();
    assertThat(payload).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anyMessageMayCarryATrace(Example example) {
    // Given
    ObjectNode traced = example.headers().deepCopy();
    traced.put("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    traced.put("tracestate", "congo=t61rcWkgMzE");
    ObjectNode wrong = traced.deepCopy().put("traceparent", "4bf92f3577b34da6a3ce929d0e0e4736");

    // Then
    assertThat(DOCUMENT.validateHeaders(example.message(), traced)).isEmpty();
    assertThat(DOCUMENT.validateHeaders(example.message(), wrong)).isNotEmpty();
  }

  private static Map<String, String> withoutTrace(Map<String, String> headers) {
    Map<String, String> rest = new LinkedHashMap<>(headers);
    rest.keySet().removeAll(TRACE);
    return rest;
  }

  @ParameterizedTest
  @MethodSource("jsonExamples")
  void anExampleIsReadByTheCodecAndWrittenAgainWithoutLoss(Example example) {
    // When
    Object read = Json.read(example.payload().toString(), MESSAGES.get(example.message()));

    // Then
    assertContains(Json.toTree(read), example.payload(), example.toString());
  }

  @ParameterizedTest
  @MethodSource("jsonExamples")
  void whatANewerVersionAddsIsAllowedWhereTheCodecIgnoresItAndNowhereElse(Example example) {
    // Given
    Class<?> type = MESSAGES.get(example.message());
    boolean refused = type == Command.class;

    // When
    Map<String, JsonNode> newer = new LinkedHashMap<>();
    newer.put("", withUnknown(example.payload(), ""));
    for (String part : List.of("configuration", "data", "test", "largest_batch", "position")) {
      if (example.payload().path(part).isObject()) {
        newer.put(part, withUnknown(example.payload(), part));
      }
    }

    // Then
    newer.forEach(
        (part, message) -> {
          assertThat(DOCUMENT.validatePayload(example.message(), message).isEmpty())
              .as(part)
              .isEqualTo(!refused);
          byte[] bytes = Json.write(message);
          var read =
              assertThatCode(
                  () -> {
                    var unused = refused ? Json.readStrictly(bytes, type) : Json.read(bytes, type);
                  });
          if (refused) {
            read.as(part)
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("unheard_of: unknown");
          } else {
            read.as(part).doesNotThrowAnyException();
          }
        });
  }

  /** The message with a name that this version does not know. */
  private static JsonNode withUnknown(JsonNode message, String part) {
    ObjectNode newer = message.deepCopy();
    ObjectNode place = part.isEmpty() ? newer : (ObjectNode) newer.path(part);
    place.putObject("unheard_of").put("a", 1);
    return newer;
  }

  @ParameterizedTest
  @MethodSource("jsonExamples")
  void whatTheCodecWritesKeepsToTheSchema(Example example) {
    // Given
    Object read = Json.read(example.payload().toString(), MESSAGES.get(example.message()));

    // When
    Set<ValidationMessage> written = DOCUMENT.validatePayload(example.message(), Json.toTree(read));

    // Then
    assertThat(written).isEmpty();
  }

  @Test
  void aDeadLettersTextsAreCutAsTheSchemaSays() {
    // Given
    String text = "x".repeat(20_000);

    // When
    JsonNode letter =
        Json.toTree(
            DeadLetter.unreadable(
                DeadLetter.COMMAND,
                text,
                text,
                text,
                text.getBytes(StandardCharsets.UTF_8),
                Instant.EPOCH));

    // Then
    JsonNode properties = DOCUMENT.schema("deadLetter").path("properties");
    for (String field : List.of("run", "subject", "detail", "original")) {
      int longest = properties.path(field).path("maxLength").asInt();
      assertThat(letter.path(field).asText()).as(field).hasSize(longest).endsWith("x...");
      assertThat(properties.path(field).path("description").asText())
          .contains("Cut after %,d characters".formatted(longest - "...".length()));
    }
    assertThat(properties.path("kind").path("enum"))
        .isEqualTo(
            Json.toTree(
                List.of(
                    DeadLetter.UTTERANCE,
                    DeadLetter.COMMAND,
                    DeadLetter.BATCH_REQUEST,
                    DeadLetter.CHECKPOINT,
                    DeadLetter.DELAYED_TEST)));
  }

  @ParameterizedTest
  @MethodSource("jsonExamples")
  void anExamplesHeadersAreThoseOfItsMessage(Example example) {
    // Given
    Object read = Json.read(example.payload().toString(), MESSAGES.get(example.message()));
    Map<String, String> headers = example.headerTexts();

    // When
    var event = CloudEvent.fromHeaders(headers);

    // Then
    if (read instanceof DataSetDescription) {
      assertThat(headers).containsEntry(FeatureHeaders.REPLY, FeatureHeaders.REPLY_DATA_SET);
    } else if (read instanceof RequestRefused) {
      assertThat(headers).containsEntry(FeatureHeaders.REPLY, FeatureHeaders.REPLY_REFUSED);
    } else {
      assertThat(event.orElseThrow().type()).isEqualTo(eventType(read));
      assertThat(event.orElseThrow().headers()).isEqualTo(withoutTrace(headers));
    }
  }

  @Test
  void theFeatureBatchExampleIsReadByTheCodecAndHasItsBytes() {
    // Given
    Example example =
        examples().filter(e -> e.message().equals("featureBatchPart")).findFirst().orElseThrow();
    byte[] body = Base64.getMimeDecoder().decode(example.payload().asText());

    // When
    FeatureBatch batch =
        FeatureBatchCodec.decode(List.of(new FeatureBatchPart(example.headerTexts(), body)));

    // Then
    assertThat(batch.frames()).containsExactly(1);
    assertThat(batch.texts()).containsExactly("ab");
    assertThat(batch.skipped())
        .singleElement()
        .satisfies(left -> assertThat(left.reason()).isEqualTo(SkipReason.MISSING_AUDIO));
    FeatureBatchPart again = FeatureBatchCodec.encode(batch).get(0);
    assertThat(again.body()).isEqualTo(body);
    assertThat(again.headers()).isEqualTo(withoutTrace(example.headerTexts()));
    Set<String> described = fieldNames(DOCUMENT.schema("featureBatchHeaders").path("properties"));
    described.removeAll(TRACE);
    assertThat(described).isEqualTo(again.headers().keySet());
  }

  static Stream<Map.Entry<String, Class<?>>> records() {
    return new TreeMap<>(RECORDS).entrySet().stream();
  }

  @ParameterizedTest
  @MethodSource("records")
  void aSchemaHasTheFieldsOfItsRecord(Map.Entry<String, Class<?>> described) {
    // Given
    Set<String> names = new HashSet<>();
    addFields(described.getValue(), names);
    if (Command.class.isAssignableFrom(described.getValue())) {
      names.add("command");
    }
    if (FeatureRequest.class.isAssignableFrom(described.getValue())) {
      names.add("request");
    }
    if (TrainerMessage.class.isAssignableFrom(described.getValue())) {
      names.add("message");
    }

    // When
    JsonNode schema = DOCUMENT.schema(described.getKey());

    // Then
    assertThat(fieldNames(schema.path("properties"))).isEqualTo(names);
    assertThat(schema.path("additionalProperties").asBoolean(true))
        .isEqualTo(!Command.class.isAssignableFrom(described.getValue()));
  }

  /** Adds the names of a record's fields, and of the fields of its unwrapped components. */
  private static void addFields(Class<?> type, Set<String> names) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
        addFields(component.getType(), names);
      } else {
        names.add(fieldName(component));
      }
    }
  }

  private static String fieldName(RecordComponent component) {
    JsonProperty given = component.getAccessor().getAnnotation(JsonProperty.class);
    return given != null
        ? given.value()
        : ((PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE)
            .translate(component.getName());
  }

  @Test
  void theConfigurationHasEveryArgumentWithItsDefaultAndLimits() {
    // When
    JsonNode properties = DOCUMENT.schema("configurationArguments").path("properties");
    JsonNode names = DOCUMENT.schema("configuration").path("propertyNames").path("enum");

    // Then
    assertThat(fieldNames(properties)).isEqualTo(TrainingConfiguration.defaults().asMap().keySet());
    assertThat(names).isEqualTo(Json.toTree(TrainingConfiguration.defaults().asMap().keySet()));
    for (Argument argument : Argument.values()) {
      JsonNode property = properties.path(argument.argumentName());
      assertThat(property.path("default"))
          .as(argument.argumentName())
          .isEqualTo(
              Json.toTree(TrainingConfiguration.defaults().asMap()).path(argument.argumentName()));
      assertThat(property.path("description").asText())
          .isEqualTo(argument.description() + "; allowed: " + argument.allowed());
    }
  }

  @Test
  void theListedValuesAreThoseOfTheCode() {
    // When
    Map<String, JsonNode> listed = new HashMap<>();
    listed.put(
        "status", DOCUMENT.schema("runState").path("properties").path("status").path("enum"));
    listed.put("name", DOCUMENT.schema("metricPoint").path("properties").path("name").path("enum"));
    listed.put("reason", DOCUMENT.schema("skipReason").path("enum"));
    listed.put("split", DOCUMENT.schema("split").path("enum"));

    // Then
    assertThat(listed.get("status")).isEqualTo(Json.toTree(RunStatus.values()));
    assertThat(listed.get("name")).isEqualTo(Json.toTree(MetricName.values()));
    assertThat(listed.get("reason")).isEqualTo(Json.toTree(SkipReason.values()));
    assertThat(listed.get("split")).isEqualTo(Json.toTree(Split.values()));
  }

  @Test
  void theChannelsAreTheTopicsWithTheirPartitionsAndConfiguration() {
    // Given
    Map<String, TopicDefinition> topics = new HashMap<>();
    Topics.shared().forEach(topic -> topics.put(topic.name(), topic));
    for (Split split : Split.values()) {
      TopicDefinition features = Topics.features(new RunId("r"), split);
      topics.put(features.name().replace(".r.", ".{run}."), features);
    }

    // When
    Map<String, JsonNode> channels = new HashMap<>();
    DOCUMENT
        .root()
        .path("channels")
        .forEach(channel -> channels.put(channel.path("address").asText(), channel));

    // Then
    assertThat(channels.keySet()).isEqualTo(topics.keySet());
    channels.forEach(
        (address, channel) -> {
          JsonNode kafka = channel.path("bindings").path("kafka");
          Map<String, String> configuration = new HashMap<>();
          kafka
              .path("topicConfiguration")
              .properties()
              .forEach(
                  entry ->
                      configuration.put(
                          entry.getKey(),
                          entry.getValue().isArray()
                              ? entry.getValue().path(0).asText()
                              : entry.getValue().asText()));
          assertThat(kafka.path("partitions").asInt())
              .as(address)
              .isEqualTo(topics.get(address).partitions());
          assertThat(configuration).as(address).isEqualTo(topics.get(address).configuration());
        });
  }

  private static String eventType(Object message) {
    if (message instanceof Command command) {
      return command.eventType();
    }
    if (message instanceof FeatureRequest request) {
      return request.eventType();
    }
    if (message instanceof TrainerMessage toTrainer) {
      return toTrainer.eventType();
    }
    return Map.of(
            RunState.class, EventTypes.RUN_STATE,
            CheckpointCommitted.class, EventTypes.CHECKPOINT_COMMITTED,
            Evaluation.class, EventTypes.EVALUATION,
            MetricPoint.class, EventTypes.METRIC_POINT,
            DeadLetter.class, EventTypes.DEAD_LETTER)
        .get(message.getClass());
  }

  /** Every value of the example is in what was written; numbers are compared by value. */
  private static void assertContains(JsonNode written, JsonNode example, String path) {
    if (example.isObject()) {
      example
          .properties()
          .forEach(
              field ->
                  assertContains(
                      written.path(field.getKey()), field.getValue(), path + "." + field.getKey()));
    } else if (example.isArray()) {
      assertThat(written).as(path).hasSameSizeAs(example);
      for (int i = 0; i < example.size(); i++) {
        assertContains(written.path(i), example.path(i), path + "[" + i + "]");
      }
    } else if (example.isNumber()) {
      assertThat(written.decimalValue()).as(path).isEqualByComparingTo(example.decimalValue());
    } else {
      assertThat(written.asText()).as(path).isEqualTo(example.asText());
    }
  }

  private static String nameOf(JsonNode ref) {
    return ref.asText().substring(ref.asText().lastIndexOf('/') + 1);
  }

  private static Set<String> fieldNames(JsonNode object) {
    Set<String> names = new HashSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
