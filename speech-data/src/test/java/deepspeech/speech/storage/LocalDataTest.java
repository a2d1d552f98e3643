package deepspeech.speech.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.storage.Location.LocalFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a folder can hold beside plain files. A pipe that is opened would wait for ever. */
@Timeout(60)
class LocalDataTest {
  @TempDir private Path folder;
  private Path root;
  private Corpus corpus;
  private DataStorage storage;
  private final AudioReader audio = new AudioReader(16_000, 30);

  @BeforeEach
  void make() throws Exception {
    root = Files.createDirectories(folder.resolve("root"));
    corpus = Corpus.in(root).utterances(2);
    storage = DataStorage.under(new DatasetRoot(root));
  }

  @Test
  void aLinkToAFileOfTheHostIsNoAudio() throws Exception {
    // Given
    Path wav = root.resolve("set/wav/good-1.wav");
    Path secret = Files.copy(wav, folder.resolve("secret.wav"));
    Path link = Files.createSymbolicLink(root.resolve("set/wav/link.wav"), secret);
    Path inside = Files.createSymbolicLink(root.resolve("set/wav/again.wav"), wav);
    // When
    // Then
    assertUnusable(link, SkipReason.OUTSIDE_ROOT, "a link leads to " + secret.toRealPath());
    assertThat(audio.read(storage.recording(new LocalFile(inside))).samples()).isNotEmpty();
  }

  @Test
  void aLinkThatIsChangedAfterItWasCheckedLeadsNowhere() throws Exception {
    // Given
    Path secret = Files.writeString(folder.resolve("secret.txt"), "<blank>\ns\n");
    Path vocabulary = root.resolve(Corpus.VOCABULARY);
    Location checked = storage.file("vocab_path", Corpus.VOCABULARY);
    Files.delete(vocabulary);
    Files.createSymbolicLink(vocabulary, secret);
    // When
    // Then
    assertThatThrownBy(() -> storage.content(checked, 1000))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining("a link leads to " + secret.toRealPath());
    assertThatThrownBy(() -> storage.open(checked))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining("a link leads to " + secret.toRealPath());
  }

  @Test
  void everyFileThatARequestNamesHasToLieUnderTheRootReally() throws Exception {
    // Given
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("noise"), "{\"audio_filepath\": \"a.wav\"}\n");
    Files.writeString(outside.resolve("augmentation.json"), "[]");
    Files.createSymbolicLink(root.resolve("out"), outside);
    corpus.file(
        "augmentation.json",
        "[{\"type\": \"noise\", \"params\": {\"min_snr_dB\": 10, \"max_snr_dB\": 20,"
            + " \"noise_manifest_path\": \"out/noise\"}, \"prob\": 1}]");
    DataSets dataSets = new DataSets(storage, Long.MAX_VALUE);
    // When
    // Then
    for (String augmentation : List.of("out/augmentation.json", "augmentation.json")) {
      assertThatThrownBy(() -> dataSets.open(Split.TRAIN, withAugmentation(augmentation)))
          .isInstanceOf(DataFileException.class)
          .hasMessageContaining("a link leads to " + outside.toRealPath());
    }
  }

  @Test
  void pipesDevicesAndFilesOfTheKernelAreNoAudioAndNoManifest() throws Exception {
    // Given
    Path pipe = root.resolve("set/wav/pipe.wav");
    int made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    assumeThat(made).as("mkfifo").isZero();
    Path zeros = Files.createSymbolicLink(root.resolve("set/wav/zero.wav"), Path.of("/dev/zero"));
    Path kernel =
        Files.createSymbolicLink(root.resolve("set/wav/kernel.wav"), Path.of("/proc/self/environ"));
    DataStorage everywhere = DataStorage.under(new DatasetRoot(Path.of("/")));
    // When
    // Then
    assertUnusable(pipe, SkipReason.MISSING_AUDIO, "is a pipe or device, not a file");
    assertUnusable(zeros, SkipReason.OUTSIDE_ROOT, "a link leads to /dev/zero");
    assertUnusable(kernel, SkipReason.OUTSIDE_ROOT, "a link leads to /proc/");
    assertThatThrownBy(() -> audio.read(everywhere.recording(new LocalFile(Path.of("/dev/zero")))))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage("is a pipe or device, not a file");
    assertThatThrownBy(
            () -> audio.read(everywhere.recording(new LocalFile(Path.of("/proc/self/environ")))))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage("the file is empty");
    assertThatThrownBy(() -> everywhere.open(new LocalFile(Path.of("/dev/zero"))))
        .isInstanceOf(DataFileException.class)
        .hasMessage("/dev/zero: is a pipe or device, not a file");
    assertThatThrownBy(() -> everywhere.file("train_manifest", "/dev/zero"))
        .isInstanceOf(DataFileException.class)
        .hasMessage("train_manifest: /dev/zero: is a pipe or device, not a file");
    assertThatThrownBy(() -> storage.file("train_manifest", "set/wav/pipe.wav"))
        .isInstanceOf(DataFileException.class)
        .hasMessage("train_manifest: %s: is a pipe or device, not a file", pipe);
    assertThatThrownBy(() -> storage.file("train_manifest", "set/wav"))
        .isInstanceOf(DataFileException.class)
        .hasMessage("train_manifest: %s: is a folder, not a file", root.resolve("set/wav"));
  }

  @Test
  void linksThatLeadInACircleAreMissingAudio() throws Exception {
    // Given
    Path first = root.resolve("set/wav/first.wav");
    Path second = Files.createSymbolicLink(root.resolve("set/wav/second.wav"), first);
    Files.createSymbolicLink(first, second);
    // When
    // Then
    assertUnusable(first, SkipReason.MISSING_AUDIO, "cannot be read");
  }

  @Test
  void audioThatDoesNotExistAndAFolderAreMissingAudio() {
    assertUnusable(
        root.resolve("set/wav/none.wav"), SkipReason.MISSING_AUDIO, "the file does not exist");
    assertUnusable(root.resolve("set/wav"), SkipReason.MISSING_AUDIO, "is a directory, not a file");
  }

  @Test
  void aPathWithBackslashesIsReported() {
    // Given
    Location location =
        storage
            .audioPaths()
            .find(new LocalFile(root.resolve(Corpus.MANIFEST)), "wav\\good-1.wav")
            .orElseThrow();
    // When
    // Then
    assertThatThrownBy(() -> audio.read(storage.recording(location)))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage("the file does not exist; write / and not \\ between folders");
  }

  @Test
  void spellingsOfOnePathAreOne() throws Exception {
    // Given
    LocalFile manifest = new LocalFile(root.resolve(Corpus.MANIFEST));
    KnownFolders folders = new KnownFolders();
    Files.createDirectories(root.resolve("wav"));
    Files.writeString(root.resolve("wav/only-under-the-root.wav"), "x", StandardCharsets.UTF_8);
    Files.createFile(root.resolve("set/a.tar"));
    Path wav = root.resolve("set/wav/good-1.wav");
    // When
    // Then
    for (String path :
        List.of("wav/good-1.wav", "./wav//good-1.wav", "set/wav/good-1.wav", wav.toString())) {
      assertThat(storage.audioPaths().spelling(manifest, path, folders))
          .as(path)
          .isEqualTo(wav.toString());
    }
    assertThat(storage.audioPaths().spelling(manifest, "wav/only-under-the-root.wav", folders))
        .isEqualTo(root.resolve("wav/only-under-the-root.wav").toString());
    assertThat(storage.audioPaths().spelling(manifest, "./a.tar#./b/c.wav", folders))
        .isEqualTo(
            storage
                .audioPaths()
                .spelling(manifest, root.resolve("set/a.tar") + "#b/c.wav", folders));
  }

  private DataSpecification withAugmentation(String path) {
    DataSpecification plain = corpus.specification(2, "batch_shuffle");
    return new DataSpecification(
        new DataFiles(plain.manifest(), plain.vocabPath(), plain.meanStdPath(), path),
        plain.durations(),
        plain.batching(),
        plain.texts(),
        plain.seed());
  }

  private void assertUnusable(Path file, SkipReason reason, String message) {
    assertThatThrownBy(() -> audio.read(storage.recording(new LocalFile(file))))
        .isInstanceOfSatisfying(
            UnusableAudioException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }
}
