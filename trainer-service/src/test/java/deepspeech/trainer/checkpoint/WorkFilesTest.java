package deepspeech.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFilesTest {
  @TempDir Path directory;

  @Test
  void filesOfAKilledTrainerAreRemovedAtTheNextStartAndFilesInUseStay() throws Exception {
    // Given
    Path left = directory.resolve("trainer-a/demo-epoch-0001/model.safetensors");
    Path others = directory.resolve("trainer-b/demo-epoch-0002/model.safetensors");
    Files.createDirectories(left.getParent());
    Files.createDirectories(others.getParent());
    Files.writeString(left, "half a mod");
    Files.writeString(others, "a model");

    // When
    Path folder = WorkFiles.cleared(directory, "a");

    // Then
    assertThat(folder).isEqualTo(directory.resolve("trainer-a"));
    assertThat(folder).doesNotExist();
    assertThat(others).exists();
  }
}
