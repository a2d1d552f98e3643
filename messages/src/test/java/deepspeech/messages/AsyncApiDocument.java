package deepspeech.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An AsyncAPI document, with its examples and schemas. */
record AsyncApiDocument(JsonNode root) {
  /** An example of a message. */
  record Example(String message, String name, JsonNode headers, JsonNode payload) {
    Map<String, String> headerTexts() {
      Map<String, String> texts = new LinkedHashMap<>();
      headers
          .properties()
          .forEach(header -> texts.put(header.getKey(), header.getValue().asText()));
      return texts;
    }

    @Override
    public String toString() {
      return message + "/" + name;
    }
  }

  static AsyncApiDocument read(Path file) {
    try {
      return new AsyncApiDocument(new YAMLMapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode messages() {
    return root.path("components").path("messages");
  }

  JsonNode schema(String name) {
    JsonNode schema = root.path("components").path("schemas").path(name);
    assertThat(schema.isObject()).as(name).isTrue();
    return schema;
  }

  List<Example> examples() {
    List<Example> examples = new ArrayList<>();
    messages()
        .properties()
        .forEach(
            message ->
                message
                    .getValue()
                    .path("examples")
                    .forEach(
                        example ->
                            examples.add(
                                new Example(
                                    message.getKey(),
                                    example.path("name").asText(),
                                    example.path("headers"),
                                    example.path("payload")))));
    return List.copyOf(examples);
  }

  Set<ValidationMessage> validateHeaders(String message, JsonNode headers) {
    return validate(messages().path(message).path("headers"), headers);
  }

  Set<ValidationMessage> validatePayload(String message, JsonNode payload) {
    return validate(messages().path(message).path("payload"), payload);
  }

  /** AsyncAPI's own schema language is a superset of JSON Schema draft 7. */
  private Set<ValidationMessage> validate(JsonNode schema, JsonNode value) {
    assertThat(schema.has("$ref")).isTrue();
    ObjectNode whole = root.deepCopy();
    whole.setAll((ObjectNode) schema.deepCopy());
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
        .getSchema(whole)
        .validate(value);
  }
}
