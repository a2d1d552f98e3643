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
  void aLinkOutOfTheRootIsRefusedAndOneInsideIsFollowed() throws Exception {
    // Given
    Path outside = Files.writeString(folder.resolve("secret.txt"), "secret");
    Path link = Files.createSymbolicLink(rootFolder.resolve("set/a.wav"), outside);
    Path linkedFolder = Files.createSymbolicLink(rootFolder.resolve("other"), folder);
    Path inside = Files.createFile(rootFolder.resolve("b.wav"));
    Path within = Files.createSymbolicLink(rootFolder.resolve("set/b.wav"), inside);
    // When
    // Then
    String line =
        "a link leads to %s, outside the dataset root %s; DEEPSPEECH_FURTHER_ROOTS allows";
    for (Path path : List.of(link, linkedFolder.resolve("secret.txt"))) {
      assertThatThrownBy(() -> root.real(path))
          .isInstanceOf(OutsideRootException.class)
          .hasMessageStartingWith(line, outside.toRealPath(), rootFolder);
    }
    assertThatThrownBy(() -> root.file("vocab_path", "other/secret.txt"))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith("vocab_path: %s/other/secret.txt: a link leads to ", rootFolder);
    assertThat(root.real(within)).isEqualTo(inside.toRealPath());
    assertThat(root.file("vocab_path", "set/b.wav")).isEqualTo(within);
  }

  @Test
  void aRootThatIsALinkWorksAlsoAfterItLeadsElsewhere() throws Exception {
    // Given
    Path versions = Files.createDirectories(folder.resolve("versions/1"));
    Path second = Files.createDirectories(folder.resolve("versions/2"));
    for (Path version : List.of(versions, second)) {
      Files.writeString(version.resolve("vocab.txt"), version.toString());
    }
    Path current = Files.createSymbolicLink(folder.resolve("current"), versions);
    DatasetRoot linked = new DatasetRoot(current);
    // When
    Path before = linked.real(linked.file("vocab_path", "vocab.txt"));
    Files.delete(current);
    Files.createSymbolicLink(current, second);
    Path after = linked.real(linked.file("vocab_path", "vocab.txt"));
    // Then
    assertThat(before).isEqualTo(versions.toRealPath().resolve("vocab.txt"));
    assertThat(after).isEqualTo(second.toRealPath().resolve("vocab.txt"));
    assertThat(linked.resolve(second.toRealPath().resolve("vocab.txt").toString())).isPresent();
  }

  @Test
  void filesOfFurtherRootsAreReadByLinkAndByAbsolutePath() throws Exception {
    // Given
    Path share = Files.createDirectories(folder.resolve("share"));
    Path audio = Files.createFile(share.resolve("a.wav"));
    Files.createSymbolicLink(rootFolder.resolve("set/corpus"), share);
    Path elsewhere = Files.createFile(folder.resolve("c.wav"));
    // When
    DatasetRoot wide = new DatasetRoot(rootFolder, List.of(share));
    // Then
    assertThat(wide.real(wide.audio(manifest, "corpus/a.wav").orElseThrow()))
        .isEqualTo(audio.toRealPath());
    assertThat(wide.audio(manifest, audio.toString())).contains(audio);
    assertThat(wide.audio(manifest, elsewhere.toString())).isEmpty();
    assertThatThrownBy(() -> new DatasetRoot(rootFolder, List.of(folder.resolve("none"))))
        .isInstanceOf(DataFileException.class)
        .hasMessage(
            "DEEPSPEECH_FURTHER_ROOTS %s: is not an existing folder", folder.resolve("none"));
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
