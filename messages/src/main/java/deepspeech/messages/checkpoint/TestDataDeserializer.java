package deepspeech.messages.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.DataSpecification;
import java.io.IOException;

/**
 * Refuses unknown names in the data of a test. Without them a checkpoint would be tested on other
 * data than its trainer asked for.
 */
final class TestDataDeserializer extends StdDeserializer<DataSpecification> {
  private static final long serialVersionUID = 1L;

  TestDataDeserializer() {
    super(DataSpecification.class);
  }

  @Override
  public DataSpecification deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    JsonNode tree = context.readTree(parser);
    try {
      return Json.convertStrictly(tree, DataSpecification.class);
    } catch (InvalidMessageException e) {
      throw new InvalidMessageException("test." + e.getMessage(), e);
    }
  }
}
