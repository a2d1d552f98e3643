package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.FolderFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides which annotation lists are for training and which are for the test. As in the Python
 * project, a list of the folder that is called {@code test.txt} is the test set (PPASR: {@code
 * test.json}). Every other list is used for training, including one that is called {@code dev.txt}.
 */
final class AnnotationFolder {
  private static final Set<String> TEST_LISTS = Set.of("test.txt", "test.json");
  private static final Set<String> DEVELOPMENT_LISTS = Set.of("dev.txt", "dev.json");

  /** Files that file managers and people put beside lists. */
  private static final Pattern NO_LIST =
      Pattern.compile("(thumbs\\.db|desktop\\.ini|readme|.*\\.md)", Pattern.CASE_INSENSITIVE);

  private AnnotationFolder() {}

  /**
   * Finds the lists.
   *
   * @param annotations a list, or a folder of lists
   * @param testAnnotations the same for the test; null if {@code annotations} alone decide
   * @throws DataFileException if there is no list to train on
   */
  static Splits splits(Path annotations, Path testAnnotations) throws DataFileException {
    List<AnnotationSource> train = new ArrayList<>();
    List<AnnotationSource> test = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    Optional<AnnotationSource> named =
        testAnnotations == null ? Optional.empty() : Optional.of(all(testAnnotations));
    if (KaldiFolder.isOne(annotations)) {
      return new Splits(
          new KaldiFolder(annotations),
          named,
          Map.of(),
          List.of(annotations + ": is a Kaldi data folder"));
    }
    for (Path list : lists(annotations, testAnnotations)) {
      String name = list.getFileName().toString();
      boolean chosen = list.equals(annotations);
      if (!chosen && LhotseManifest.isRecordings(list)) {
        continue;
      }
      if (chosen || !TEST_LISTS.contains(name)) {
        train.add(source(list));
      } else if (named.isEmpty()) {
        test.add(source(list));
        remarks.add(
            list + ": is the test set, as in the Python project; it is not used for training");
      } else {
        remarks.add(list + ": is skipped, because --test-annotations names the test set");
      }
      if (!chosen && DEVELOPMENT_LISTS.contains(name)) {
        remarks.add(
            list
                + ": is used for training, as in the Python project; --test-annotations="
                + list
                + " uses it as the test set instead");
      }
    }
    if (train.isEmpty()) {
      throw new DataFileException(
          annotations + ": has no annotation list for training, only that of the test set");
    }
    return new Splits(
        new JoinedSources(train),
        test.isEmpty() ? named : Optional.of(new JoinedSources(test)),
        Map.of(),
        remarks);
  }

  private static AnnotationSource all(Path listOrFolder) throws DataFileException {
    if (KaldiFolder.isOne(listOrFolder)) {
      return new KaldiFolder(listOrFolder);
    }
    List<AnnotationSource> sources = new ArrayList<>();
    for (Path list : lists(listOrFolder, null)) {
      if (list.equals(listOrFolder) || !LhotseManifest.isRecordings(list)) {
        sources.add(source(list));
      }
    }
    return new JoinedSources(sources);
  }

  /**
   * Returns a single list, or all lists of a folder except one. Read-me files and the files of file
   * managers do not count as lists.
   */
  static List<Path> lists(Path listOrFolder, Path except) throws DataFileException {
    if (!Files.isDirectory(listOrFolder)) {
      return List.of(listOrFolder);
    }
    List<Path> lists =
        FolderFiles.of(listOrFolder, 1).stream()
            .filter(list -> !NO_LIST.matcher(list.getFileName().toString()).matches())
            .filter(list -> except == null || !isSame(list, except))
            .toList();
    if (lists.isEmpty()) {
      throw new DataFileException(listOrFolder + ": has no annotation list");
    }
    return lists;
  }

  /** Returns true if both paths name the same file, regardless of spelling and links. */
  private static boolean isSame(Path list, Path other) {
    try {
      return Files.isSameFile(list, other);
    } catch (IOException e) {
      // The error for a list that does not exist is reported where the list is read.
      return list.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }
  }

  private static AnnotationSource source(Path list) throws DataFileException {
    Optional<LhotseManifest> lhotse = LhotseManifest.of(list);
    return lhotse.isPresent() ? lhotse.get() : new AnnotationLists(List.of(list));
  }
}
