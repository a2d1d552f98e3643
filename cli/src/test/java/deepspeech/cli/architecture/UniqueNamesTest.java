package deepspeech.cli.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A log line or a test names a class without its module. */
class UniqueNamesTest {
  @Test
  void noTwoTopLevelClassesHaveOneName() throws Exception {
    // When
    List<Path> files =
        Stream.concat(Sources.main(".java").stream(), Sources.test(".java").stream())
            .filter(file -> !file.endsWith("package-info.java"))
            .toList();

    // Then
    assertThat(files).hasSizeGreaterThan(800);
    assertThat(files.stream().collect(Collectors.groupingBy(Path::getFileName)).values())
        .filteredOn(sameName -> sameName.size() > 1)
        .isEmpty();
  }
}
