package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the commands of the pages for operators name, compared with what is applied. */
class PageCommandsTest {
  private static final Pattern COMMAND = Pattern.compile("kubectl [^`\n]+");
  private static final Pattern RESOURCE =
      Pattern.compile(
          "\\b(deployment|job|pod|scaledobject|service|statefulset|strimzipodset)[/ ]([a-z][a-z0-9-]*)");
  private static final Pattern SELECTOR =
      Pattern.compile("--selector='?([\\w./-]+)(?:=([\\w-]+)| in \\(([\\w, -]+)\\))");
  private static final Pattern PORT = Pattern.compile("port-forward (service|pod)/(\\S+) (\\d+)");

  @Test
  void eachResourceIsInTheManifests() throws IOException {
    // Given
    Set<String> known = names();

    // When
    List<String> named =
        found(RESOURCE).map(resource -> resource.group(1) + "/" + resource.group(2)).toList();

    // Then
    assertThat(named).hasSizeGreaterThan(15);
    assertThat(known).containsAll(named);
  }

  @Test
  void eachSelectorSelectsPods() throws IOException {
    // Given
    List<Map<String, String>> pods =
        applied().filter(RenderedResource::isWorkload).map(RenderedResource::podLabels).toList();

    // When
    List<MatchResult> selectors = found(SELECTOR).toList();

    // Then
    assertThat(selectors).hasSizeGreaterThan(2);
    for (MatchResult selector : selectors) {
      String values = selector.group(2) == null ? selector.group(3) : selector.group(2);
      for (String value : values.split(", ", 0)) {
        assertThat(pods).as("pods").anyMatch(labels -> value.equals(labels.get(selector.group(1))));
      }
    }
  }

  @Test
  void eachForwardedPortIsOneOfItsServiceOrPod() throws IOException {
    // When
    List<MatchResult> forwards = found(PORT).toList();

    // Then
    assertThat(forwards).hasSizeGreaterThan(2);
    for (MatchResult forward : forwards) {
      boolean isPod = forward.group(1).equals("pod");
      String name = isPod ? forward.group(2).replaceFirst("-0$", "") : forward.group(2);
      assertThat(
              applied()
                  .filter(resource -> resource.name().equals(name))
                  .filter(resource -> resource.kind().equals(isPod ? "StatefulSet" : "Service"))
                  .flatMap(resource -> ports(resource).stream()))
          .as("ports of %s", name)
          .contains(forward.group(3));
    }
  }

  private static List<String> ports(RenderedResource resource) {
    JsonNode ports =
        resource.isWorkload()
            ? resource.containers().get(0).path("ports")
            : resource.at("/spec/ports");
    return ports.findValuesAsText(resource.isWorkload() ? "containerPort" : "port");
  }

  /** The names of all resources, and of what StatefulSets and Strimzi make of some. */
  private static Set<String> names() {
    return applied()
        .flatMap(
            resource -> {
              String kind = resource.kind().toLowerCase(Locale.ROOT);
              String name = resource.name();
              return switch (kind) {
                case "statefulset" -> Stream.of(kind + "/" + name, "pod/" + name + "-0");
                case "kafkanodepool" ->
                    Stream.of(
                        "strimzipodset/%s-%s"
                            .formatted(
                                resource.at("/metadata/labels/strimzi.io~1cluster").asText(),
                                name));
                default -> Stream.of(kind + "/" + name);
              };
            })
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<RenderedResource> applied() {
    return Stream.concat(
            Stream.of("production", "local").map(Kustomization::overlay), Kustomization.examples())
        .flatMap(rendered -> rendered.all().stream());
  }

  private static Stream<MatchResult> found(Pattern part) throws IOException {
    return Stream.of(
            Files.readString(Path.of("../../docs/kubernetes.md")),
            Files.readString(Path.of("../../docs/operations.md")))
        .flatMap(page -> COMMAND.matcher(page).results())
        .flatMap(command -> part.matcher(command.group()).results());
  }
}
