package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The variables of the services' environment. */
class EnvironmentTest {
  private static final Pattern NAME = Pattern.compile("`([A-Z][A-Z0-9_]+)(…)?`");

  static Stream<RenderedResources> overlays() {
    return Kustomization.overlays().stream().map(Kustomization::overlay);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void eachVariableIsDocumented(RenderedResources overlay) throws IOException {
    // Given
    Set<String> names = new TreeSet<>();
    Set<String> beginnings = new TreeSet<>();
    NAME.matcher(Files.readString(Path.of("../../docs/configuration.md")))
        .results()
        .forEach(name -> (name.group(2) == null ? names : beginnings).add(name.group(1)));

    // Then
    assertThat(names).hasSizeGreaterThan(30);
    assertThat(overlay.services())
        .allSatisfy(
            service ->
                assertThat(overlay.environment(service).keySet())
                    .as("%s", service)
                    .allMatch(
                        name ->
                            names.contains(name)
                                || beginnings.stream().anyMatch(name::startsWith)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources: [ROOT/overlays/local]",
        "resources: [ROOT/overlays/production]\ncomponents: [ROOT/components/datasets]",
        "resources: [ROOT/overlays/cpu]\ncomponents: [ROOT/components/web-identity]"
      })
  void thePageNamesEachVariableThatTheConfigMapDoesNotChange(String text, @TempDir Path folder)
      throws IOException {
    // Given
    Matcher paragraph =
        Pattern.compile("\n\n(The ConfigMap does not change.*?)\n\n", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../../docs/kubernetes.md")));
    assertThat(paragraph.find()).isTrue();

    // When
    RenderedResources own = Kustomization.of(text, folder);

    // Then
    for (RenderedResource service : own.services()) {
      for (JsonNode variable : service.containers().get(0).path("env")) {
        if (variable.has("value")) {
          assertThat(paragraph.group(1)).contains("`" + variable.path("name").asText() + "`");
        }
      }
    }
  }
}
