package deepspeech.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.AsyncApiDocument.Example;
import deepspeech.messages.command.Command;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.SchemaVersion;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Services of two builds work together during an upgrade. {@code recorded/asyncapi-1.yaml} is the
 * document of the first build that has a schema version, {@code asyncapi-1-pool.yaml} that of the
 * first build with several trainers. The examples of a document are the messages that such a build
 * writes, and its schemas are what such a build reads.
 */
class EarlierBuildsTest {
  private static final List<AsyncApiDocument> EARLIER =
      Stream.of("asyncapi-1.yaml", "asyncapi-1-pool.yaml")
          .map(Path.of("src/test/resources/deepspeech/messages/recorded")::resolve)
          .map(AsyncApiDocument::read)
          .toList();
  private static final AsyncApiDocument NOW = AsyncApiDocument.read(Path.of("asyncapi.yaml"));

  static Stream<Example> earlier() {
    return EARLIER.stream().flatMap(EarlierBuildsTest::json);
  }

  /** Each message of this build, with each earlier build that knows it. */
  static Stream<Arguments> now() {
    return EARLIER.stream()
        .flatMap(
            earlier ->
                json(NOW)
                    .filter(example -> earlier.messages().has(example.message()))
                    .map(example -> Arguments.of(example, earlier)));
  }

  private static Stream<Example> json(AsyncApiDocument document) {
    return document.examples().stream()
        .filter(example -> AsyncApiTest.MESSAGES.containsKey(example.message()));
  }

  @Test
  void theRecordedDocumentIsOfThisSchemaVersion() {
    assertThat(SchemaVersion.CURRENT).isEqualTo(1);
    assertThat(earlier()).hasSizeGreaterThan(60);
  }

  @ParameterizedTest
  @MethodSource("earlier")
  void thisBuildReadsWhatAnEarlierOneWrites(Example example) {
    // When
    Object read = read(example);
    var event = CloudEvent.fromHeaders(example.headerTexts());

    // Then
    assertThat(NOW.validatePayload(example.message(), Json.toTree(read))).isEmpty();
    assertThat(event.isPresent()).isEqualTo(example.headers().has("ce_id"));
  }

  @ParameterizedTest
  @MethodSource("now")
  void anEarlierBuildReadsWhatThisOneWrites(Example example, AsyncApiDocument earlier) {
    // When
    JsonNode written = Json.toTree(read(example));
    Map<String, String> headers = new LinkedHashMap<>(example.headerTexts());
    CloudEvent.fromHeaders(headers).ifPresent(event -> headers.putAll(event.headers()));

    // Then
    assertThat(earlier.validatePayload(example.message(), written)).isEmpty();
    assertThat(earlier.validateHeaders(example.message(), Json.toTree(headers))).isEmpty();
  }

  private static Object read(Example example) {
    Class<?> type = AsyncApiTest.MESSAGES.get(example.message());
    byte[] payload = Json.write(example.payload());
    return type == Command.class ? Json.readStrictly(payload, type) : Json.read(payload, type);
  }
}
