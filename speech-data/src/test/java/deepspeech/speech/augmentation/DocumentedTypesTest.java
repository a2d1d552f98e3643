package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every type of perturbation is in the example file and in the table of the documentation. */
class DocumentedTypesTest {
  private static final Path EXAMPLE = Path.of("conf/augmentation.json");
  private static final Path DOCUMENTATION = Path.of("../docs/data.md");

  @Test
  void theExampleHasOneEntryOfEveryType() throws Exception {
    // Given
    byte[] content = Files.readAllBytes(EXAMPLE);
    // When
    AugmentationFile file = AugmentationFile.read(content, EXAMPLE.toString());
    // Then
    assertThat(file.entries())
        .as("speech-data/conf/augmentation.json has one entry of every type")
        .extracting(AugmentationFile.Entry::type)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(PerturbationType.values()).map(PerturbationType::toString).toList());
  }

  @ParameterizedTest
  @EnumSource
  void theTableHasTheTypeAndTheParametersOfItsExample(PerturbationType type) throws Exception {
    // Given
    List<String> params = new ArrayList<>();
    for (JsonNode entry : Json.readTree(Files.readAllBytes(EXAMPLE))) {
      if (entry.path("type").asText().equals(type.toString())) {
        entry.path("params").fieldNames().forEachRemaining(name -> params.add("`" + name + "`"));
      }
    }
    // When
    String rows = rows(type);
    // Then
    assertThat(rows)
        .as("docs/data.md, Augmentation: the table has a row that begins with | `%s` |", type)
        .isNotEmpty();
    assertThat(params)
        .as("parameters missing in the rows of `%s` in docs/data.md, Augmentation", type)
        .filteredOn(name -> !rows.contains(name))
        .isEmpty();
  }

  /** The rows of a type in the table: its first row, and those below it without a type. */
  private static String rows(PerturbationType type) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(DOCUMENTATION)) {
      boolean isFirst = line.startsWith("| `%s` |".formatted(type));
      boolean isNext = !rows.isEmpty() && line.startsWith("| |");
      if (!rows.isEmpty() && !isNext) {
        break;
      }
      if (isFirst || isNext) {
        rows.add(line);
      }
    }
    return String.join("\n", rows);
  }
}
