package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.FolderFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * AISHELL-1 (openslr.org/33): {@code transcript/aishell_transcript_v0.8.txt} and, for each split,
 * {@code wav/SPLIT/SPEAKER/UTTERANCE.wav}. The archive of the corpus contains one archive per
 * speaker with these files.
 */
final class Aishell {
  private static final String TRANSCRIPT = "transcript/aishell_transcript_v0.8.txt";
  private static final List<String> SPLITS = List.of("train", "dev", "test");
  private static final String PACKED = ".tar.gz";

  private Aishell() {}

  static Splits splits(Path given) throws DataFileException {
    Path folder = CorpusFolder.find(given, "data_aishell", TRANSCRIPT);
    Path audio = folder.resolve("wav");
    requireUnpacked(audio);
    KaldiTable<String> texts =
        KaldiTable.read(
            folder.resolve(TRANSCRIPT), (name, text) -> CorpusFolder.Words.joined(text));
    return new Splits(
        split(audio, "train", texts),
        Optional.of(split(audio, "test", texts)),
        Map.of("dev", split(audio, "dev", texts)),
        texts.remarks());
  }

  private static AnnotationSource split(Path audio, String name, KaldiTable<String> texts)
      throws DataFileException {
    List<Path> files =
        CorpusFolder.audio(
            audio.resolve(name), ".wav", "unpack the archives of the speakers in " + audio);
    return CorpusFolder.source(
        files,
        file -> {
          String utterance = file.getFileName().toString().replaceFirst("\\.wav$", "");
          KaldiTable.Entry<String> text = texts.get(utterance);
          return text == null
              ? CorpusFolder.withoutText(file, utterance + " is not in " + TRANSCRIPT)
              : CorpusFolder.annotation(file, text.value());
        });
  }

  private static void requireUnpacked(Path audio) throws DataFileException {
    List<String> packed =
        FolderFiles.of(audio, 1).stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(PACKED))
            .map(name -> name.substring(0, name.length() - PACKED.length()))
            .filter(
                speaker ->
                    SPLITS.stream()
                        .noneMatch(
                            split -> Files.isDirectory(audio.resolve(split).resolve(speaker))))
            .toList();
    if (!packed.isEmpty()) {
      throw new DataFileException(
          "%s: %d archives of speakers are not unpacked, the first is %s%s; unpack them there: for f in *%s; do tar xzf $f; done"
              .formatted(audio, packed.size(), packed.get(0), PACKED, PACKED));
    }
  }
}
