package deepspeech.vulnerabilities;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the file of reviewed advisories, and refuses what it does not know. */
final class ReviewFile {
  private static final Set<String> FIELDS =
      Set.of("id", "aliases", "library", "affected", "accepted");
  private static final Set<String> ACCEPTED = Set.of("reason", "until", "review");
  private static final Set<String> EVENTS = Set.of("introduced", "fixed", "last_affected");

  /** Where the field is that is read, for messages. */
  private final String place;

  private ReviewFile(String place) {
    this.place = place;
  }

  static List<ReviewedAdvisory> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new ReviewException("%s is missing".formatted(file));
    }
    String name = file.getFileName().toString();
    JsonNode root;
    try {
      root = new YAMLMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new ReviewException(
          "%s:%d: not YAML: %s"
              .formatted(
                  name,
                  e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    }
    if (!root.isArray()) {
      throw new ReviewException("%s: a list of advisories is missing".formatted(name));
    }
    List<ReviewedAdvisory> read = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (JsonNode node : root) {
      ReviewedAdvisory advisory =
          new ReviewFile(
                  "%s: %s: ".formatted(name, node.path("id").asText("entry " + (read.size() + 1))))
              .advisory(node);
      if (!seen.add(advisory.advisory().id() + " " + advisory.library())) {
        throw new ReviewException(
            "%s: %s: there are two entries for %s"
                .formatted(name, advisory.advisory().id(), advisory.library()));
      }
      read.add(advisory);
    }
    return List.copyOf(read);
  }

  private ReviewedAdvisory advisory(JsonNode node) {
    allow(node, FIELDS);
    String library = text(node, "library");
    if (!library.matches("[^:\\s]+:[^:\\s]+")) {
      throw new ReviewException(
          place + "library: \"%s\" given, allowed: GROUP:ARTIFACT".formatted(library));
    }
    List<AffectedRange> ranges = new ArrayList<>();
    for (JsonNode range : node.path("affected")) {
      ranges.add(range(range));
    }
    if (ranges.isEmpty()) {
      throw new ReviewException(place + "affected: a list of ranges is missing");
    }
    Set<String> aliases = new TreeSet<>();
    node.path("aliases").forEach(alias -> aliases.add(alias.asText()));
    return new ReviewedAdvisory(
        new Advisory(
            text(node, "id"),
            aliases,
            false,
            List.of(new Advisory.Affected(library, List.copyOf(ranges), Set.of()))),
        node.has("accepted") ? Optional.of(acceptance(node.get("accepted"))) : Optional.empty());
  }

  private AffectedRange range(JsonNode node) {
    allow(node, EVENTS);
    for (JsonNode version : node) {
      // As a number, 1.10 would be 1.1.
      if (!version.isTextual()) {
        throw new ReviewException(
            place + "affected: put the version %s into quotes".formatted(version));
      }
    }
    try {
      return OsvFormat.range(new YAMLMapper().createArrayNode().add(node));
    } catch (ReviewException e) {
      throw new ReviewException(place + e.getMessage(), e);
    }
  }

  private ReviewedAdvisory.Acceptance acceptance(JsonNode node) {
    allow(node, ACCEPTED);
    return new ReviewedAdvisory.Acceptance(
        text(node, "reason"),
        text(node, "until"),
        Baseline.date(place + "review: ", text(node, "review")));
  }

  private String text(JsonNode node, String field) {
    String text = node.path(field).asText().strip();
    if (text.isEmpty()) {
      throw new ReviewException(place + "%s: a text is missing".formatted(field));
    }
    return text;
  }

  private void allow(JsonNode node, Set<String> allowed) {
    Iterator<Map.Entry<String, JsonNode>> fields = node.properties().iterator();
    while (fields.hasNext()) {
      String field = fields.next().getKey();
      if (!allowed.contains(field)) {
        throw new ReviewException(
            place
                + "field \"%s\" given, allowed: %s"
                    .formatted(field, String.join(", ", new TreeSet<>(allowed))));
      }
    }
  }
}
