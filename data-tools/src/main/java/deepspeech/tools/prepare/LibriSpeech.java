package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * LibriSpeech (openslr.org/12): {@code SUBSET/SPEAKER/CHAPTER/SPEAKER-CHAPTER.trans.txt} has an
 * utterance and its text on each line, and {@code UTTERANCE.flac} is beside it. All training
 * subsets are used for training. {@code test-clean} is the test set, as in PPASR.
 */
final class LibriSpeech {
  private static final List<String> TRAIN =
      List.of("train-clean-100", "train-clean-360", "train-other-500", "train-clean-5");
  private static final List<String> OTHERS =
      List.of("test-clean", "test-other", "dev-clean", "dev-other", "dev-clean-2");

  private static final AnnotationForm TRANSCRIPT =
      new AnnotationForm() {
        @Override
        public Optional<Annotation> read(Path list, long number, String line) {
          String[] fields = line.strip().split("\\s+", 2);
          return fields.length < 2
              ? Optional.empty()
              : Optional.of(new Annotation(list, number, fields[0] + ".flac", fields[1]));
        }

        @Override
        public String expected() {
          return "an utterance, a blank and a text";
        }
      };

  private LibriSpeech() {}

  static Splits splits(Path given) throws DataFileException {
    Path folder = folder(given);
    List<Path> train = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    for (String subset : TRAIN) {
      train.addAll(transcripts(folder, subset));
    }
    if (train.isEmpty()) {
      throw new DataFileException(
          "%s: has no subset to train on; allowed: %s".formatted(folder, String.join(", ", TRAIN)));
    }
    Map<String, AnnotationSource> others = new TreeMap<>();
    for (String subset : OTHERS) {
      List<Path> transcripts = transcripts(folder, subset);
      if (!transcripts.isEmpty()) {
        others.put(subset, new AnnotationLists(transcripts, TRANSCRIPT));
      }
    }
    String test = others.containsKey("test-clean") ? "test-clean" : "test-other";
    Optional<AnnotationSource> tested = Optional.ofNullable(others.remove(test));
    tested.ifPresent(source -> remarks.add("manifest.test is " + test));
    return new Splits(new AnnotationLists(train, TRANSCRIPT), tested, others, remarks);
  }

  private static Path folder(Path given) throws DataFileException {
    for (Path folder : List.of(given, given.resolve("LibriSpeech"))) {
      for (String subset : TRAIN) {
        if (Files.isDirectory(folder.resolve(subset))) {
          return folder;
        }
      }
    }
    return CorpusFolder.find(given, "LibriSpeech", TRAIN.get(0));
  }

  private static List<Path> transcripts(Path folder, String subset) throws DataFileException {
    Path path = folder.resolve(subset);
    return Files.isDirectory(path)
        ? CorpusFolder.audio(path, ".trans.txt", "unpack %s.tar.gz as a whole".formatted(subset))
        : List.of();
  }
}
