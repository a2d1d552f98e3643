package deepspeech.messages;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Rejects unknown names in the JSON of records whose components are unwrapped. Jackson ignores them
 * there, even with {@code FAIL_ON_UNKNOWN_PROPERTIES}.
 */
final class UnwrappedNames extends DelegatingDeserializer {
  private static final long serialVersionUID = 1L;

  private final transient Set<String> names;

  private UnwrappedNames(JsonDeserializer<?> record, Set<String> names) {
    super(record);
    this.names = names;
  }

  @Override
  protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> record) {
    return new UnwrappedNames(record, names);
  }

  @Override
  public Collection<Object> getKnownPropertyNames() {
    return new LinkedHashSet<>(names);
  }

  @Override
  public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    // With a type id, the object starts after it.
    if (!parser.hasToken(JsonToken.START_OBJECT) && !parser.hasToken(JsonToken.FIELD_NAME)) {
      return super.deserialize(parser, context);
    }
    TokenBuffer object = context.bufferAsCopyOfValue(parser);
    JsonParser fields = object.asParserOnFirstToken();
    while (fields.nextToken() == JsonToken.FIELD_NAME) {
      if (!names.contains(fields.currentName())) {
        context.handleUnknownProperty(fields, this, handledType(), fields.currentName());
      }
      fields.nextToken();
      fields.skipChildren();
    }
    return super.deserialize(object.asParserOnFirstToken(), context);
  }

  /** Checks the names of every record that has unwrapped components. */
  static final class Modifier extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonDeserializer<?> modifyDeserializer(
        DeserializationConfig config, BeanDescription record, JsonDeserializer<?> deserializer) {
      Set<String> names = new LinkedHashSet<>();
      return addNames(config, record, names)
          ? new UnwrappedNames(deserializer, names)
          : deserializer;
    }

    /** Returns whether the record has unwrapped components. */
    private static boolean addNames(
        DeserializationConfig config, BeanDescription record, Set<String> names) {
      boolean unwrapped = false;
      for (BeanPropertyDefinition component : record.findProperties()) {
        // A method that JSON ignores is listed, too, without a member.
        AnnotatedMember member = component.getPrimaryMember();
        if (member != null && member.hasAnnotation(JsonUnwrapped.class)) {
          addNames(config, config.introspect(component.getPrimaryType()), names);
          unwrapped = true;
        } else if (member != null) {
          names.add(component.getName());
        }
      }
      return unwrapped;
    }
  }
}
