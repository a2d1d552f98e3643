package deepspeech.vulnerabilities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The baseline of this repository. ShippedLibrariesIT of cli compares it with what is shipped. */
class BaselineTest {
  /** The system property with a database, a path from the root of the repository. */
  private static final String DATABASE = "vulnerabilities.database";

  @Test
  void everyKnownAdvisoryOnAShippedVersionIsAccepted() throws IOException {
    // When
    Baseline baseline = Baseline.read(Path.of(""));

    // Then
    assertThat(baseline.libraries()).hasSizeGreaterThan(300);
    assertThat(baseline.advisories()).isNotEmpty();
    assertThat(new Review(baseline).ofAdvisories()).isEmpty();
  }

  @Test
  void everyAdvisoryOfTheDatabaseOnAShippedVersionIsAccepted() throws IOException {
    // Given
    String database = System.getProperty(DATABASE);
    assumeThat(database).as("-D%s", DATABASE).isNotNull();

    // When
    Baseline baseline = Baseline.read(Path.of(""));

    // Then
    assertThat(
            new Review(baseline)
                .ofDatabase(AdvisoryDatabase.read(Path.of("../..").resolve(database))))
        .isEmpty();
  }
}
