package deepspeech.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Validates resources with the schemas of custom resource definitions. They are files of other
 * projects that the repository does not have: the folder is that of the system property {@code
 * kubernetes.crds}, or {@code shared/crds} beside the checkout.
 */
final class CrdReader implements StrictReader {
  private static final Path FOLDER =
      Path.of(System.getProperty("kubernetes.crds", "../../../shared/crds"))
          .toAbsolutePath()
          .normalize();

  private static final Optional<CrdReader> READER =
      Files.isDirectory(FOLDER) ? Optional.of(new CrdReader()) : Optional.empty();

  private final Map<String, JsonSchema> schemas = new TreeMap<>();

  private CrdReader() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
        read(new YAMLMapper().readTree(file.toFile()).path("spec"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(FOLDER + " cannot be read", e);
    }
  }

  /** The reader, or none if the folder does not exist. */
  static Optional<CrdReader> ifPresent() {
    return READER;
  }

  /** Says where the definitions were looked for. */
  static String searched() {
    return "%s does not exist: resources are not compared with custom resource definitions"
        .formatted(FOLDER);
  }

  private void read(JsonNode definition) {
    for (JsonNode version : definition.path("versions")) {
      JsonNode schema = version.at("/schema/openAPIV3Schema");
      close(schema);
      schemas.put(
          "%s/%s %s"
              .formatted(
                  definition.path("group").asText(),
                  version.path("name").asText(),
                  definition.at("/names/kind").asText()),
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema));
    }
  }

  /** Refuses names that the schema does not have, as the API server does on strict validation. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && object.path("type").isTextual()
        && !object.has("additionalProperties")
        && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(CrdReader::close);
  }

  private static String key(RenderedResource resource) {
    return resource.apiVersion() + " " + resource.kind();
  }

  @Override
  public boolean covers(RenderedResource resource) {
    return schemas.containsKey(key(resource));
  }

  @Override
  public Optional<String> problem(RenderedResource resource) {
    List<String> messages =
        schemas.get(key(resource)).validate(resource.json()).stream()
            .map(ValidationMessage::getMessage)
            .toList();
    return messages.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", messages));
  }
}
