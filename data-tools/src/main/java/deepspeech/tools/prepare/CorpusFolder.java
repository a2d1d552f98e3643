package deepspeech.tools.prepare;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.FolderFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Shared code of the corpora: finding their folders, and audio files that have one text each. */
final class CorpusFolder {
  private CorpusFolder() {}

  /**
   * Finds the folder of a corpus.
   *
   * @param given the folder, or its parent folder
   * @param name the folder's name in the archive of the corpus
   * @param content a file or folder inside the corpus folder
   * @throws DataFileException if {@code given} is neither
   */
  static Path find(Path given, String name, String content) throws DataFileException {
    for (Path folder : List.of(given, given.resolve(name))) {
      if (Files.exists(folder.resolve(content))) {
        return folder;
      }
    }
    throw new DataFileException(
        "%s: %s; the unpacked folder %s or its parent folder is expected"
            .formatted(
                given,
                Files.isDirectory(given) ? "has no " + content : "is not an existing folder",
                name));
  }

  /**
   * Returns the audio files of a folder and its subfolders, ordered by path.
   *
   * @param what what the folder should contain, for the message
   * @throws DataFileException if there is no audio file
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

  /** Returns a source with one annotation per file. */
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

  /** Creates the annotation of an audio file from the first line of its text file. */
  static AnnotationLine withText(Path audio, Path text, Words words) {
    if (!Files.isRegularFile(text)) {
      return withoutText(audio, text + " does not exist");
    }
    try {
      return annotation(audio, words.of(TextFile.firstLine(text)));
    } catch (DataFileException e) {
      return AnnotationLine.skipped(
          null, 0, audio.toString(), SkipReason.MALFORMED_LINE, e.getMessage());
    }
  }

  /** Creates the annotation of an audio file with its text. */
  static AnnotationLine annotation(Path audio, String text) {
    Path absolute = audio.toAbsolutePath().normalize();
    return AnnotationLine.of(new Annotation(absolute.getParent(), 0, absolute.toString(), text));
  }

  /** Creates the entry of an audio file that is skipped because it has no text. */
  static AnnotationLine withoutText(Path audio, String detail) {
    return AnnotationLine.skipped(
        null, 0, audio.toString(), SkipReason.EMPTY_TEXT, audio + ": has no text: " + detail);
  }

  /** Reads the annotation of an audio file. */
  interface Reader {
    AnnotationLine read(Path audio);
  }

  /** Extracts the text from a line. */
  interface Words {
    String of(String line);

    /** Removes blanks. Chinese texts are segmented with blanks that are not spoken. */
    static String joined(String line) {
      return line.replaceAll("\\s+", "");
    }
  }
}
