package deepspeech.speech.augmentation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.speech.DataFileException;
import deepspeech.speech.common.FileKind;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the entries of an augmentation file in either form. The file is a JSON list, or the YAML
 * file that the Python projects use since 2024. The YAML file has one object for each type, with
 * the probability among its parameters.
 */
final class AugmentationList {
  private static final String FORM = "; allowed: a JSON list of {\"type\", \"params\", \"prob\"}";
  private static final String PROBABILITY = "prob";
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  /** The names of types in YAML files that differ from the JSON names. */
  private static final Map<String, String> TYPES =
      Map.of("spec_aug", "specaug", "spec_sub_aug", "specsub", "reverb", "impulse");

  private AugmentationList() {}

  static JsonNode read(byte[] content, String name) throws DataFileException {
    Optional<FileKind> kind = FileKind.insteadOfText(content);
    if (kind.isPresent()) {
      throw new DataFileException("%s: it is %s".formatted(name, kind.get()));
    }
    if (name.endsWith(".yml") || name.endsWith(".yaml")) {
      return ofYaml(content, name);
    }
    JsonNode list;
    try {
      list = Json.readTree(content);
    } catch (InvalidMessageException e) {
      throw new DataFileException("%s: %s%s".formatted(name, e.getMessage(), FORM), e);
    }
    if (!list.isArray()) {
      throw new DataFileException("%s: %s%s".formatted(name, Fields.quote(list.toString()), FORM));
    }
    return list;
  }

  private static JsonNode ofYaml(byte[] content, String name) throws DataFileException {
    JsonNode types;
    try {
      types = YAML.readTree(content);
    } catch (JsonProcessingException e) {
      throw new DataFileException(
          "%s: not YAML%s: %s"
              .formatted(
                  name,
                  e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (IOException e) {
      throw new DataFileException("%s: cannot be read: %s".formatted(name, e.getMessage()), e);
    }
    if (types.isArray()) {
      return types;
    }
    if (!types.isObject()) {
      throw new DataFileException(
          "%s: %s; allowed: an object with prob and parameters by type, or a list of {\"type\","
                  .formatted(name, Fields.quote(types.toString()))
              + " \"params\", \"prob\"}");
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Map.Entry<String, JsonNode> type : types.properties()) {
      list.add(entry(type.getKey(), type.getValue()));
    }
    return list;
  }

  private static JsonNode entry(String type, JsonNode fields) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("type", TYPES.getOrDefault(type, type));
    if (!fields.isObject()) {
      return entry.set("params", fields);
    }
    ObjectNode params = fields.deepCopy();
    if (type.equals("speed")) {
      // The YAML file gives only the probability; the range is fixed in those projects.
      defaults(params);
    }
    JsonNode probability = params.remove(PROBABILITY);
    entry.set("params", params);
    return probability == null ? entry : entry.set(PROBABILITY, probability);
  }

  private static void defaults(ObjectNode speed) {
    if (!speed.has("min_speed_rate") && !speed.has("max_speed_rate")) {
      speed.put("min_speed_rate", 0.9).put("max_speed_rate", 1.1);
      if (!speed.has("num_rates")) {
        speed.put("num_rates", 3);
      }
    }
  }
}
