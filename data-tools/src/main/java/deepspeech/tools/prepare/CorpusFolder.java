package deepspeech.tools.prepare;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.FolderFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What corpora have in common: where they lie, and files that have a text each. */
final class CorpusFolder {
  private CorpusFolder() {}

  /**
   * Finds the folder of a corpus.
   *
   * @param given the folder, or the one that it lies in
   * @param name that the corpus's archive gives it
   * @param content a file or folder that it has
   * @throws DataFileException if it is neither
   */
  static Path find(Path given, String name, String content) throws DataFileException {
    for (Path folder : List.of(given, given.resolve(name))) {
      if (Files.exists(folder.resolve(content))) {
        return folder;
      }
    }
    throw new DataFileException(
        "%s: %s; the folder %s, as its archive is unpacked, or the one that it lies in is expected"
            .formatted(
                given,
                Files.isDirectory(given) ? "has no " + content : "is not an existing folder",
                name));
  }

  /**
   * The audio files of a folder and the folders in it, by path.
   *
   * @param what the folder should have, for the message
   * @throws DataFileException if there is none
   */
  static List<Path> audio(Path folder, String ending, String what) throws DataFileException {
    if (!Files.isDirectory(folder)) {
      throw new DataFileException("%s: does not exist; %s".formatted(folder, what));
    }
    List<Path> files =
        FolderFiles.of(folder, Integer.MAX_VALUE).stream()
            .filter(file -> file.getFileName().toString().endsWith(ending))
            .toList();
    if (files.isEmpty()) {
      throw new DataFileException("%s: has no %s file; %s".formatted(folder, ending, what));
    }
    return files;
  }

  /** The files as a source, with what is known of each. */
  static AnnotationSource source(List<Path> files, Reader reader) {
    return new AnnotationSource() {
      @Override
      public long count() {
        return files.size();
      }

      @Override
      public Annotations open() {
        return Annotations.of(files.stream().map(reader::read).iterator());
      }
    };
  }

  /** The first line of a file that has the text of an audio file. */
  static AnnotationLine withText(Path audio, Path text, Words words) {
    if (!Files.isRegularFile(text)) {
      return withoutText(audio, text + " does not exist");
    }
    try {
      return annotation(audio, words.of(TextFile.firstLine(text)));
    } catch (DataFileException e) {
      return AnnotationLine.leftOut(
          null, 0, audio.toString(), SkipReason.MALFORMED_LINE, e.getMessage());
    }
  }

  /** An audio file and its text. */
  static AnnotationLine annotation(Path audio, String text) {
    Path absolute = audio.toAbsolutePath().normalize();
    return AnnotationLine.of(new Annotation(absolute.getParent(), 0, absolute.toString(), text));
  }

  /** An audio file whose text is not known. */
  static AnnotationLine withoutText(Path audio, String detail) {
    return AnnotationLine.leftOut(
        null, 0, audio.toString(), SkipReason.EMPTY_TEXT, audio + ": has no text: " + detail);
  }

  /** Reads what is known of an audio file. */
  interface Reader {
    /** Reads it. */
    AnnotationLine read(Path audio);
  }

  /** Makes a text of a line. */
  interface Words {
    /** Makes it. */
    String of(String line);

    /** Chinese texts are segmented with blanks, which nobody speaks. */
    static String joined(String line) {
      return line.replaceAll("\\s+", "");
    }
  }
}
