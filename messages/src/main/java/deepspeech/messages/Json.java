package deepspeech.messages;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The JSON of every control message: UTF-8, names in snake_case, times in ISO 8601, absent fields
 * instead of null. Unreadable JSON gives an {@link InvalidMessageException} with one line that
 * names the field.
 *
 * <p>What a service writes (events, states, requests, answers, files of a checkpoint) is read with
 * unknown names, which a newer version of that service may have written; see {@link
 * deepspeech.messages.event.SchemaVersion} for those that may not be ignored. What people write
 * (commands) is read strictly: an unknown name is refused, because it may be a misspelt one.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          // A value of another type is a mistake of its author: 1.5 is not a batch, "1" is not an
          // epoch.
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private static final JsonMapper STRICT =
      MAPPER.rebuild().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

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
   * Reads a message; unknown names are ignored.
   *
   * @throws InvalidMessageException if the bytes are not JSON of that type
   */
  public static <T> T read(byte[] json, Class<T> type) {
    return read(MAPPER, json, type);
  }

  /**
   * Reads a message that a person may have written.
   *
   * @throws InvalidMessageException if the bytes are not JSON of that type, or have a name that is
   *     unknown here
   */
  public static <T> T readStrictly(byte[] json, Class<T> type) {
    return read(STRICT, json, type);
  }

  private static <T> T read(JsonMapper mapper, byte[] json, Class<T> type) {
    if (json == null || json.length == 0) {
      throw new InvalidMessageException("empty message, a JSON object is expected");
    }
    T message;
    try {
      message = mapper.readValue(json, type);
    } catch (IOException e) {
      throw syntax(e, json).orElseGet(() -> explain(e, () -> MAPPER.readTree(json)));
    }
    if (message == null) {
      throw new InvalidMessageException("null given, a JSON object is expected");
    }
    return message;
  }

  /**
   * Reads a message; unknown names are ignored.
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
      throw explain(e, () -> tree);
    }
  }

  public static JsonNode toTree(Object message) {
    return MAPPER.valueToTree(message);
  }

  /** Describes a syntax error; empty if the text is valid JSON. */
  private static Optional<InvalidMessageException> syntax(IOException e, byte[] json) {
    if (e instanceof MismatchedInputException
        && new String(json, StandardCharsets.UTF_8).isBlank()) {
      return Optional.of(new InvalidMessageException("empty message, a JSON object is expected"));
    }
    for (Throwable cause = e;
        cause != null && !(cause instanceof InvalidMessageException);
        cause = cause.getCause()) {
      if (cause instanceof JsonProcessingException problem
          && (!(problem instanceof JsonMappingException) || JsonSyntax.isTrailing(problem))
          && !(problem instanceof InputCoercionException)) {
        return Optional.of(new InvalidMessageException(JsonSyntax.explain(problem, json), e));
      }
    }
    return Optional.empty();
  }

  private static InvalidMessageException explain(IOException e, Whole whole) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidMessageException invalid) {
        return invalid;
      }
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return new InvalidMessageException(
          path(unknown) + ": unknown name, allowed: " + names(unknown.getKnownPropertyIds()), e);
    }
    if (e instanceof InvalidTypeIdException kind) {
      return explainKind(kind);
    }
    if (e instanceof InvalidFormatException format) {
      return new InvalidMessageException(
          InvalidMessageException.field(
                  path(format), format.getValue(), allowed(format.getTargetType()))
              .getMessage(),
          e);
    }
    if (e instanceof MismatchedInputException mismatch) {
      return wrongType(mismatch, allowed(mismatch.getTargetType()), whole);
    }
    if (e instanceof JsonMappingException mapping
        && mapping.getCause() instanceof InputCoercionException outOfRange) {
      return wrongType(mapping, allowed(outOfRange.getTargetType()), whole);
    }
    if (e instanceof InvalidDefinitionException unbuildable) {
      return wrongType(unbuildable, allowed(unbuildable.getType().getRawClass()), whole);
    }
    if (e instanceof JsonMappingException mapping) {
      return new InvalidMessageException(unfit(mapping, whole), e);
    }
    return new InvalidMessageException("not JSON: " + e.getMessage(), e);
  }

  private static InvalidMessageException wrongType(
      JsonMappingException e, String allowed, Whole whole) {
    JsonNode value;
    try {
      value = whole.tree();
    } catch (IOException unreadable) {
      e.addSuppressed(unreadable);
      value = MissingNode.getInstance();
    }
    for (JsonMappingException.Reference step : e.getPath()) {
      value =
          step.getFieldName() != null
              ? value.path(step.getFieldName())
              : value.path(step.getIndex());
    }
    return value.isMissingNode()
        ? new InvalidMessageException(path(e) + ": missing, allowed: " + allowed, e)
        : new InvalidMessageException(
            InvalidMessageException.field(path(e), value, allowed).getMessage(), e);
  }

  /**
   * Describes values that a message's own checks do not cover. Most of them are null where a value
   * is required.
   */
  private static String unfit(JsonMappingException e, Whole whole) {
    try {
      Optional<String> place = nullInList(whole.tree(), "");
      if (place.isPresent()) {
        return place.get() + ": null given, allowed: a value";
      }
    } catch (IOException unreadable) {
      e.addSuppressed(unreadable);
    }
    return path(e) + ": a value is missing or contradicts another value";
  }

  private static Optional<String> nullInList(JsonNode node, String path) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        String place = path + "[" + i + "]";
        Optional<String> found =
            node.get(i).isNull() ? Optional.of(place) : nullInList(node.get(i), place);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return node.properties().stream()
        .map(
            field ->
                nullInList(field.getValue(), path + (path.isEmpty() ? "" : ".") + field.getKey()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** The complete document that is read. */
  private interface Whole {
    JsonNode tree() throws IOException;
  }

  /** Describes an unknown or missing kind of a message that has several kinds. */
  private static InvalidMessageException explainKind(InvalidTypeIdException e) {
    Class<?> type = e.getBaseType().getRawClass();
    JsonTypeInfo info = type.getAnnotation(JsonTypeInfo.class);
    JsonSubTypes kinds = type.getAnnotation(JsonSubTypes.class);
    if (info == null || kinds == null) {
      return new InvalidMessageException(path(e) + ": of an unknown kind", e);
    }
    String allowed =
        Arrays.stream(kinds.value()).map(JsonSubTypes.Type::name).collect(Collectors.joining(", "));
    return e.getTypeId() == null
        ? new InvalidMessageException(info.property() + ": missing, allowed: " + allowed, e)
        : new InvalidMessageException(
            InvalidMessageException.field(info.property(), e.getTypeId(), allowed).getMessage(), e);
  }

  /** The allowed values of a type, in words. */
  private static String allowed(Class<?> type) {
    if (type == null) {
      return "a value of another type";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(Object::toString)
          .collect(Collectors.joining(", "));
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == Instant.class) {
      return "a time in ISO 8601";
    }
    if (type == byte[].class) {
      return "bytes in Base64";
    }
    if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    // Identifiers are records with one text. Every other class of the contract is an object.
    return CharSequence.class.isAssignableFrom(type)
            || Arrays.stream(type.getDeclaredConstructors())
                .anyMatch(c -> Arrays.equals(c.getParameterTypes(), new Class<?>[] {String.class}))
        ? "a string"
        : "an object";
  }

  private static String names(Collection<Object> known) {
    return known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
  }

  private static String path(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(r -> r.getFieldName() != null ? r.getFieldName() : "[" + r.getIndex() + "]")
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "message" : path;
  }
}
