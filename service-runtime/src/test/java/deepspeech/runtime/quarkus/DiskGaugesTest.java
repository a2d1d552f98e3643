package deepspeech.runtime.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskGaugesTest {
  @TempDir Path directory;

  @Test
  void theDiskOfAFolderThatIsNotThereYetHasSpace() {
    // Given
    SimpleMeterRegistry registry = new SimpleMeterRegistry();

    // When
    DiskGauges.register(registry, directory.resolve("work/later"));

    // Then
    double free = registry.get("deepspeech.disk.free").gauge().value();
    double total = registry.get("deepspeech.disk.total").gauge().value();
    assertThat(total).isEqualTo((double) directory.toFile().getTotalSpace()).isPositive();
    assertThat(free).isBetween(0.0, total);
  }
}
