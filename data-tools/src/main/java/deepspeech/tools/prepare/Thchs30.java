package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * THCHS-30 (openslr.org/18): all audio files and texts are {@code data/UTTERANCE.wav} and {@code
 * data/UTTERANCE.wav.trn}, whose first line contains the words. {@code train}, {@code dev} and
 * {@code test} contain files of the same names.
 */
final class Thchs30 {
  private Thchs30() {}

  static Splits splits(Path given) throws DataFileException {
    Path folder = CorpusFolder.find(given, "data_thchs30", "data");
    return new Splits(
        split(folder, "train"),
        Optional.of(split(folder, "test")),
        Map.of("dev", split(folder, "dev")),
        List.of());
  }

  private static AnnotationSource split(Path folder, String name) throws DataFileException {
    Path data = folder.resolve("data");
    List<Path> files =
        CorpusFolder.audio(folder.resolve(name), ".wav", "unpack data_thchs30.tgz as a whole");
    return CorpusFolder.source(
        files,
        file -> {
          String utterance = file.getFileName().toString();
          Path audio = data.resolve(utterance);
          return CorpusFolder.withText(
              Files.exists(audio) ? audio : file,
              data.resolve(utterance + ".trn"),
              CorpusFolder.Words::joined);
        });
  }
}
