package deepspeech.messages.configuration;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.Map;

/** Refuses unknown arguments where unknown names are refused, and keeps them elsewhere. */
final class ConfigurationDeserializer extends StdDeserializer<TrainingConfiguration> {
  private static final long serialVersionUID = 1L;

  ConfigurationDeserializer() {
    super(TrainingConfiguration.class);
  }

  @Override
  public TrainingConfiguration deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    @SuppressWarnings("unchecked")
    Map<String, Object> given = context.readValue(parser, Map.class);
    return context.isEnabled(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        ? TrainingConfiguration.of(given)
        : TrainingConfiguration.ofRecorded(given);
  }
}
