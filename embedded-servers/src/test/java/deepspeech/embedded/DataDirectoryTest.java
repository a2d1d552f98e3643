package deepspeech.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path folder;

  @Test
  void aFullDiskIsReportedInOneLineThatNamesTheDirectory() {
    // Given
    try (DataDirectory directory = DataDirectory.open("Kafka broker", folder)) {

      // When
      Optional<String> full = directory.fullness(4096);

      // Then
      assertThat(full)
          .contains(
              "no space left for data directory "
                  + folder
                  + "; free some space and start again, no data is lost");
    }
  }

  @Test
  void aDiskWithRoomIsNotReported() {
    // Given
    try (DataDirectory directory = DataDirectory.open("Kafka broker", folder)) {

      // When
      Optional<String> full = directory.fullness();

      // Then
      assertThat(full).isEmpty();
    }
  }
}
