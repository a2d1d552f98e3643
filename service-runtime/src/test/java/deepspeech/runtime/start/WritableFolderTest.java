package deepspeech.runtime.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritableFolderTest {
  private static final String VARIABLE = "DEEPSPEECH_WORK_DIR";

  @TempDir private Path directory;

  @Test
  void aFolderThatDoesNotExistIsCreatedAndStaysEmpty() {
    // Given
    Path folder = directory.resolve("a/b");

    // When
    WritableFolder.require(VARIABLE, folder);

    // Then
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whereNothingCanBeWrittenTheVariableAndTheFolderAreNamed() throws Exception {
    // Given: root may write everywhere, but not below a file
    Path folder = Files.createFile(directory.resolve("file")).resolve("work");

    // When
    var thrown = assertThatThrownBy(() -> WritableFolder.require(VARIABLE, folder));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith(
            "DEEPSPEECH_WORK_DIR: %s given, allowed: a folder that the user of this process may write to (java.nio.file.",
            folder)
        .message()
        .hasLineCount(1);
  }
}
