package deepspeech.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.vulnerabilities.Baseline;
import deepspeech.vulnerabilities.Review;
import deepspeech.vulnerabilities.ShippedLibraries;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The libraries that the build puts beside the programs against those that were reviewed. */
@Tag("integration")
class ShippedLibrariesIT {
  private static final Path ROOT = Path.of("..");

  @Test
  void everyShippedLibraryWasReviewedInItsVersion() throws IOException {
    // When
    ShippedLibraries shipped = ShippedLibraries.of(ROOT);
    Baseline baseline = Baseline.read(ROOT.resolve("deploy/vulnerabilities"));

    // Then
    assertThat(shipped.programs()).hasSizeGreaterThan(300);
    assertThat(String.join("\n", new Review(baseline).ofShipped(shipped))).isEmpty();
  }
}
