package deepspeech.speech.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.identity.Split;
import deepspeech.speech.manifest.Vocabulary;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import deepspeech.speech.storage.Location.LocalFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilteredManifestTest {
  private static final int LINES = 200_000;

  /** The tables lie outside the heap; this is for what else comes and goes meanwhile. */
  private static final int MOST_BYTES_A_LINE = 8;

  @TempDir private Path folder;

  @Test
  void aLineTakesHardlyAnyHeapWhateverItsPathAndText() throws Exception {
    // Given
    long before = heap();
    // When
    FilteredManifest manifest = read(LINES);
    // Then
    long bytes = heap() - before;
    assertThat(manifest.utterances().size() + manifest.skipped().size()).isEqualTo(LINES);
    assertThat(bytes).isLessThan((long) MOST_BYTES_A_LINE * LINES);
  }

  @Test
  void whatIsReadBackIsWhatTheLinesSay() throws Exception {
    // Given
    // When
    FilteredManifest manifest = read(1000);
    // Then
    assertThat(manifest.utterances()).hasSize(991);
    UsableUtterance last = manifest.utterances().get(990);
    assertThat(last.utterance().line()).isEqualTo(1000);
    assertThat(last.utterance().audioFilepath()).isEqualTo(path(999));
    assertThat(last.utterance().duration()).isEqualTo(2.5);
    assertThat(last.utterance().text()).isEqualTo("ab c ä".repeat(12));
    assertThat(last.labels()).hasSize(60).startsWith(1, 2, 4, 3, 4, 1, 2);
    assertThat(manifest.utterances().durations()).hasSize(991).containsOnly(2.5);
    assertThat(manifest.utterances().mostLabels()).isEqualTo(60);
    assertThat(manifest.skipped().counts()).isEqualTo(Map.of(SkipReason.DUPLICATE_PATH, 9));
    assertThat(manifest.skipped().get(8))
        .isEqualTo(
            new SkippedUtterance(
                901,
                path(899),
                SkipReason.DUPLICATE_PATH,
                "%s line 901: %s is already on line 900"
                    .formatted(folder.resolve(Corpus.MANIFEST), path(899))));
    assertThat(manifest.firstUnknown()).contains(1L);
    assertThat(manifest.unknownCharacters().total()).isEqualTo(991 * 12);
  }

  private FilteredManifest read(int lines) throws Exception {
    Corpus corpus = Corpus.in(folder);
    LocalFile location = new LocalFile(folder.resolve(Corpus.MANIFEST));
    Vocabulary vocabulary =
        Vocabulary.read("<blank>\na\nb\nc\n \n".getBytes(StandardCharsets.UTF_8), "vocabulary");
    UtteranceFilter filter =
        new UtteranceFilter(
            DataStorage.under(new DatasetRoot(folder)),
            location,
            Split.TRAIN,
            corpus.specification(8, "batch_shuffle"),
            vocabulary);
    return FilteredManifest.read(lines(lines), location, filter, vocabulary);
  }

  private static String path(int i) {
    return "set/a-folder-with-a-long-name/speaker-%05d/utterance-%08d.wav".formatted(i % 997, i);
  }

  /** Every hundredth line, but for the first, names the path before it. */
  private InputStream lines(int count) throws IOException {
    Path file = folder.resolve("lines");
    try (Writer writer = Files.newBufferedWriter(file)) {
      for (int i = 0; i < count; i++) {
        String path = path(i % 100 == 0 && i > 0 ? i - 1 : i);
        writer.write(
            "{\"audio_filepath\": \"%s\", \"duration\": 2.5, \"text\": \"%s\"}\n"
                .formatted(path, "ab c ä".repeat(12)));
      }
    }
    return Files.newInputStream(file);
  }

  /** Bytes in use once the garbage is gone. */
  private static long heap() throws InterruptedException {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(20);
      Runtime runtime = Runtime.getRuntime();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}
