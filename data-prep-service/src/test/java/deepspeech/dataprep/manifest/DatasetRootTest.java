package deepspeech.dataprep.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.dataprep.DataFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetRootTest {
  @TempDir private Path folder;
  private Path rootFolder;
  private Path manifest;
  private DatasetRoot root;

  @BeforeEach
  void layOut() throws Exception {
    rootFolder = Files.createDirectories(folder.resolve("root"));
    manifest = Files.createDirectories(rootFolder.resolve("set")).resolve("manifest.train");
    Files.createFile(manifest);
    root = new DatasetRoot(rootFolder);
  }

  @Test
  void audioBesideTheManifestComesBeforeAudioUnderTheRoot() throws Exception {
    // Given
    Path beside = Files.createFile(rootFolder.resolve("set/a.wav"));
    Path under = Files.createFile(rootFolder.resolve("a.wav"));
    // When
    // Then
    assertThat(root.audio(manifest, "a.wav")).contains(beside);
    Files.delete(beside);
    assertThat(root.audio(manifest, "a.wav")).contains(under);
  }

  @Test
  void anAbsolutePathInsideTheRootIsTakenAsItIs() throws Exception {
    // Given
    Path audio = Files.createFile(rootFolder.resolve("b.wav"));
    // When
    // Then
    assertThat(root.audio(manifest, audio.toString())).contains(audio);
  }

  @Test
  void audioOutsideTheRootIsRefused() throws Exception {
    // Given
    Path outside = Files.createFile(folder.resolve("c.wav"));
    // When
    // Then
    assertThat(root.audio(manifest, outside.toString())).isEmpty();
    assertThat(root.audio(manifest, "../../c.wav")).isEmpty();
    assertThat(root.holds(manifest, "../../c.wav")).isFalse();
    assertThat(root.audio(manifest, "a\0b")).isEmpty();
  }

  @Test
  void pathsOfTheSpecificationAreUnderTheRoot() throws Exception {
    // Given
    String relative = "./set/manifest.train";
    // When
    // Then
    assertThat(root.file("train_manifest", relative)).isEqualTo(manifest);
    assertThatThrownBy(() -> root.file("vocab_path", "none.txt"))
        .isInstanceOf(DataFileException.class)
        .hasMessage("vocab_path: %s: does not exist", rootFolder.resolve("none.txt"));
    assertThatThrownBy(() -> root.file("vocab_path", "/etc/passwd"))
        .isInstanceOf(DataFileException.class)
        .hasMessage("vocab_path: /etc/passwd: lies outside the dataset root %s", rootFolder);
    assertThatThrownBy(() -> root.file("vocab_path", "s3://bucket/key"))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith("vocab_path: s3://bucket/key: ");
  }

  @Test
  void aRootThatIsNoFolderIsNamed() {
    // Given
    Path missing = folder.resolve("nowhere");
    // When
    // Then
    assertThatThrownBy(() -> new DatasetRoot(missing))
        .isInstanceOf(DataFileException.class)
        .hasMessage("dataset root %s: is not an existing folder", missing);
  }
}
