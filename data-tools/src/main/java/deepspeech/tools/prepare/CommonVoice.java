package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.FolderFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A language of Common Voice: {@code train.tsv}, {@code dev.tsv} and {@code test.tsv}, whose first
 * line names the columns, including {@code path} and {@code sentence}, and {@code clips/PATH}.
 */
final class CommonVoice {
  private CommonVoice() {}

  static Splits splits(Path given) throws DataFileException {
    Path folder = language(given);
    requireClips(folder.resolve("clips"));
    Path test = folder.resolve("test.tsv");
    Path development = folder.resolve("dev.tsv");
    return new Splits(
        source(folder.resolve("train.tsv")),
        Files.exists(test) ? Optional.of(source(test)) : Optional.empty(),
        Files.exists(development) ? Map.of("dev", source(development)) : Map.of(),
        List.of());
  }

  /**
   * Requires at least one clip. Reads only one directory entry, because a language may have
   * millions of clips.
   */
  private static void requireClips(Path clips) throws DataFileException {
    boolean hasAny = false;
    if (Files.isDirectory(clips)) {
      try (Stream<Path> files = Files.list(clips)) {
        hasAny = files.findAny().isPresent();
      } catch (IOException e) {
        throw DataFileException.unreadable(clips, e);
      }
    }
    if (!hasAny) {
      throw new DataFileException(
          clips + ": has no clip; unpack the archive of the language as a whole");
    }
  }

  private static Path language(Path given) throws DataFileException {
    if (Files.exists(given.resolve("train.tsv"))) {
      return given;
    }
    List<Path> languages =
        FolderFiles.of(given, 2).stream()
            .filter(file -> file.getFileName().toString().equals("train.tsv"))
            .map(Path::getParent)
            .toList();
    if (languages.size() == 1) {
      return languages.get(0);
    }
    throw new DataFileException(
        languages.isEmpty()
            ? given + ": has no train.tsv; the folder of a language of Common Voice is expected"
            : "%s: has several languages; name the folder of one: %s".formatted(given, languages));
  }

  private static AnnotationSource source(Path table) throws DataFileException {
    List<String> columns = Arrays.asList(TextFile.firstLine(table).split("\t", -1));
    int path = columns.indexOf("path");
    int sentence = columns.indexOf("sentence");
    if (path < 0 || sentence < 0) {
      throw new DataFileException(
          "%s line 1: the columns are %s; path and sentence are expected"
              .formatted(table, String.join(", ", columns)));
    }
    return new AnnotationLists(List.of(table), new Table(path, sentence));
  }

  private record Table(int path, int sentence) implements AnnotationForm {
    @Override
    public boolean isHeader(long number) {
      return number == 1;
    }

    @Override
    public Optional<Annotation> read(Path list, long number, String line) {
      String[] fields = line.split("\t", -1);
      if (fields.length <= Math.max(path, sentence) || fields[path].isBlank()) {
        return Optional.empty();
      }
      // In the first releases the file names have no extension.
      String clip = fields[path].indexOf('.') < 0 ? fields[path] + ".mp3" : fields[path];
      return Optional.of(
          new Annotation(list, number, "clips/" + clip, unquoted(fields[sentence]).strip()));
    }

    @Override
    public String expected() {
      return "a path and a sentence in their columns";
    }

    /**
     * Removes the quotation of a sentence. Some releases enclose a sentence that contains quotation
     * marks in quotation marks and double each mark in it. The other releases do not quote
     * sentences.
     */
    private static String unquoted(String sentence) {
      String inner =
          sentence.length() > 1 && sentence.startsWith("\"") && sentence.endsWith("\"")
              ? sentence.substring(1, sentence.length() - 1)
              : "";
      boolean isQuoted = inner.contains("\"\"") && !inner.replace("\"\"", "").contains("\"");
      return isQuoted ? inner.replace("\"\"", "\"") : sentence;
    }
  }
}
