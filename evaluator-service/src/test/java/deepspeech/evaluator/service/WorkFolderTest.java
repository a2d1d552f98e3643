package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  @TempDir Path directory;

  @Test
  void theFolderOfAnEvaluatorThatLivesStaysAndThatOfAKilledOneIsDeleted() throws Exception {
    // Given
    Path killed = Files.createDirectories(directory.resolve("evaluator-killed"));
    Files.writeString(killed.resolve("lock"), "");
    Files.writeString(killed.resolve("model.onnx"), "model");
    Path others = Files.createDirectories(directory.resolve("others"));

    // When
    try (WorkFolder first = WorkFolder.create(directory, "evaluator-1");
        WorkFolder second = WorkFolder.create(directory, "evaluator-2")) {

      // Then
      assertThat(first.path()).isDirectory();
      assertThat(second.path()).isDirectory();
      assertThat(killed).doesNotExist();
      assertThat(others).exists();
    }
    assertThat(directory.resolve("evaluator-1")).doesNotExist();
  }
}
