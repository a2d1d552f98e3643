package deepspeech.vulnerabilities;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads advisories in the format of the <a href="https://ossf.github.io/osv-schema/">OSV
 * schema</a>. Packages of other ecosystems than Maven, and ranges of commits, are skipped.
 */
final class OsvFormat {
  private static final String ECOSYSTEM = "Maven";

  private final ObjectMapper json = new ObjectMapper();

  /**
   * Reads one advisory and leaves the stream open.
   *
   * @param origin what messages call the file
   * @throws ReviewException if it is not an advisory
   */
  Dated read(InputStream in, String origin) throws IOException {
    JsonNode node;
    try {
      node = json.readTree(in.readAllBytes());
    } catch (JsonProcessingException e) {
      throw new ReviewException(
          "%s: not JSON at line %d".formatted(origin, e.getLocation().getLineNr()), e);
    }
    if (!node.path("id").isTextual()) {
      throw new ReviewException("%s: not an OSV advisory, it has no \"id\"".formatted(origin));
    }
    try {
      List<Advisory.Affected> affected = new ArrayList<>();
      for (JsonNode one : node.path("affected")) {
        if (isMaven(one.path("package").path("ecosystem").asText())) {
          affected.add(affected(one));
        }
      }
      return new Dated(
          new Advisory(
              node.get("id").asText(),
              texts(node.path("aliases")),
              node.hasNonNull("withdrawn"),
              List.copyOf(affected)),
          node.path("modified").asText());
    } catch (ReviewException e) {
      throw new ReviewException(origin + ": " + e.getMessage(), e);
    }
  }

  /** The ecosystem may be followed by a repository, as in {@code Maven:https://example.org}. */
  private static boolean isMaven(String ecosystem) {
    return ecosystem.equals(ECOSYSTEM) || ecosystem.startsWith(ECOSYSTEM + ":");
  }

  private static Advisory.Affected affected(JsonNode node) {
    List<AffectedRange> ranges = new ArrayList<>();
    for (JsonNode range : node.path("ranges")) {
      if (!range.path("type").asText().equals("GIT")) {
        ranges.add(range(range.path("events")));
      }
    }
    return new Advisory.Affected(
        node.path("package").path("name").asText(),
        List.copyOf(ranges),
        texts(node.path("versions")));
  }

  /** Reads the events of a range, each an object with one field. */
  static AffectedRange range(JsonNode events) {
    List<AffectedRange.Event> read = new ArrayList<>();
    for (JsonNode event : events) {
      for (Map.Entry<String, JsonNode> field : event.properties()) {
        read.add(new AffectedRange.Event(kind(field.getKey()), field.getValue().asText()));
      }
    }
    return new AffectedRange(read);
  }

  private static AffectedRange.Kind kind(String name) {
    for (AffectedRange.Kind kind : AffectedRange.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return kind;
      }
    }
    throw new ReviewException(
        "event \"%s\" given, allowed: introduced, fixed, last_affected, limit".formatted(name));
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new LinkedHashSet<>();
    array.forEach(text -> texts.add(text.asText()));
    return new TreeSet<>(texts);
  }

  /**
   * An advisory, and when it was changed last.
   *
   * @param modified in ISO 8601 and UTC
   */
  record Dated(Advisory advisory, String modified) {}
}
