package deepspeech.speech.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.speech.DataFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderFilesTest {
  private static final int PLENTY = 100;

  @TempDir private Path folder;
  private Path root;
  private Path noise;
  private Path elsewhere;

  @BeforeEach
  void makeFolders() throws Exception {
    root = Files.createDirectories(folder.toRealPath().resolve("root"));
    noise = Files.createDirectories(root.resolve("noise"));
    elsewhere = Files.createDirectories(folder.toRealPath().resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("private.wav"), "");
    Files.writeString(noise.resolve("a.wav"), "");
  }

  @Test
  void linksInsideTheRootAreFollowedAndHiddenFilesAreNone() throws Exception {
    // Given
    Path kept = Files.createDirectories(root.resolve("kept/.cache")).getParent();
    Files.writeString(kept.resolve("b.wav"), "");
    Files.writeString(kept.resolve(".c.wav"), "");
    Files.writeString(kept.resolve(".cache/d.wav"), "");
    Files.createSymbolicLink(noise.resolve("linked"), kept);
    Files.createSymbolicLink(noise.resolve("gone"), root.resolve("nowhere"));
    // When
    List<Path> files = FolderFiles.inside(new DatasetRoot(root), noise, PLENTY);
    // Then
    assertThat(files).containsExactly(noise.resolve("a.wav"), noise.resolve("linked/b.wav"));
  }

  @Test
  void aLinkToAFolderOutsideTheRootIsRefusedByName() throws Exception {
    // Given
    Path link = Files.createSymbolicLink(noise.resolve("linked"), elsewhere);
    Path whole = Files.createSymbolicLink(root.resolve("whole"), elsewhere);
    Path inner = Files.createDirectories(elsewhere.resolve("inner"));
    String message = ": a link leads to %s, outside the dataset root %s; ";
    // When
    // Then
    assertThatThrownBy(() -> FolderFiles.inside(new DatasetRoot(root), noise, PLENTY))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith(link + message, elsewhere, root);
    assertThatThrownBy(() -> FolderFiles.inside(new DatasetRoot(root), whole, PLENTY))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith(whole + message, elsewhere, root);
    assertThatThrownBy(
            () -> FolderFiles.inside(new DatasetRoot(root), whole.resolve("inner"), PLENTY))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith(whole.resolve("inner") + message, inner, root);
  }

  @Test
  void aLinkToAFurtherRootIsFollowed() throws Exception {
    // Given
    Files.createSymbolicLink(noise.resolve("linked"), elsewhere);
    DatasetRoot both = new DatasetRoot(root, List.of(elsewhere));
    // When
    List<Path> files = FolderFiles.inside(both, noise, PLENTY);
    // Then
    assertThat(files).containsExactly(noise.resolve("a.wav"), noise.resolve("linked/private.wav"));
  }

  @Test
  void foldersThatAreLinkedManyTimesAreNotWalkedWithoutEnd() throws Exception {
    // Given: 2^20 paths lead to the last folder.
    for (int i = 0; i < 20; i++) {
      Path next = Files.createDirectories(root.resolve("d" + (i + 1)));
      Files.createDirectories(root.resolve("d" + i));
      Files.createSymbolicLink(root.resolve("d" + i + "/x"), next);
      Files.createSymbolicLink(root.resolve("d" + i + "/y"), next);
    }
    // When
    // Then
    assertThatThrownBy(() -> FolderFiles.inside(new DatasetRoot(root), root.resolve("d0"), PLENTY))
        .isInstanceOf(DataFileException.class)
        .hasMessage(
            "%s: has more than 100 files and folders; name the folder of the files that are wanted",
            root.resolve("d0"));
  }
}
