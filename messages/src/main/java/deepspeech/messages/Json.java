package deepspeech.messages;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * The JSON of every control message: UTF-8, names in snake_case, times in ISO 8601, absent rather
 * than null fields. What cannot be read gives an {@link InvalidMessageException} of one line that
 * names the field.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private Json() {}

  public static byte[] write(Object message) {
    try {
      return MAPPER.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + message.getClass().getSimpleName(), e);
    }
  }

  public static String writeText(Object message) {
    return new String(write(message), StandardCharsets.UTF_8);
  }

  /**
   * Reads a message.
   *
   * @throws InvalidMessageException if the bytes are not JSON of that type
   */
  public static <T> T read(byte[] json, Class<T> type) {
    if (json == null || json.length == 0) {
      throw new InvalidMessageException("empty message, a JSON object is expected");
    }
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw explain(e);
    }
  }

  /**
   * Reads a message.
   *
   * @throws InvalidMessageException if the text is not JSON of that type
   */
  public static <T> T read(String json, Class<T> type) {
    return read(json.getBytes(StandardCharsets.UTF_8), type);
  }

  public static JsonNode readTree(byte[] json) {
    return read(json, JsonNode.class);
  }

  /**
   * Reads a part of a message.
   *
   * @throws InvalidMessageException if the tree does not fit the type
   */
  public static <T> T convert(JsonNode tree, Class<T> type) {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (IOException e) {
      throw explain(e);
    }
  }

  public static JsonNode toTree(Object message) {
    return MAPPER.valueToTree(message);
  }

  private static InvalidMessageException explain(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidMessageException invalid) {
        return invalid;
      }
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return new InvalidMessageException(
          path(unknown) + ": unknown name, allowed: " + unknown.getKnownPropertyIds(), e);
    }
    if (e instanceof InvalidFormatException format) {
      return new InvalidMessageException(
          "%s: \"%s\" given, allowed: a value of type %s"
              .formatted(path(format), format.getValue(), format.getTargetType().getSimpleName()),
          e);
    }
    if (e instanceof MismatchedInputException mismatch) {
      return new InvalidMessageException(path(mismatch) + ": " + firstLine(mismatch), e);
    }
    return new InvalidMessageException(
        "not JSON: "
            + (e instanceof JsonProcessingException syntax
                ? firstLine(syntax)
                : String.valueOf(e.getMessage())),
        e);
  }

  private static String firstLine(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("unreadable");
  }

  private static String path(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(r -> r.getFieldName() != null ? r.getFieldName() : "[" + r.getIndex() + "]")
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "message" : path;
  }
}
