package deepspeech.dataprep.prepare;

import deepspeech.dataprep.DataFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which annotation lists are for training and which for the test. As in the Python project, a
 * list of the folder that is called {@code test.txt} is the test set (PPASR: {@code test.json}) and
 * every other one is trained on, one called {@code dev.txt} too.
 */
final class AnnotationFolder {
  private static final Set<String> TEST_LISTS = Set.of("test.txt", "test.json");
  private static final Set<String> DEVELOPMENT_LISTS = Set.of("dev.txt", "dev.json");

  private AnnotationFolder() {}

  /**
   * Finds the lists.
   *
   * @param annotations a list, or a folder of lists
   * @param testAnnotations the same for the test; null if {@code annotations} alone decide
   * @throws DataFileException if there is nothing to train on
   */
  static Splits splits(Path annotations, Path testAnnotations) throws DataFileException {
    List<Path> train = new ArrayList<>();
    List<Path> test = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    Optional<AnnotationSource> named =
        testAnnotations == null
            ? Optional.empty()
            : Optional.of(new AnnotationLists(DataFolder.lists(testAnnotations, null)));
    for (Path list : DataFolder.lists(annotations, testAnnotations)) {
      String name = list.getFileName().toString();
      boolean chosen = list.equals(annotations);
      if (chosen || !TEST_LISTS.contains(name)) {
        train.add(list);
      } else if (named.isEmpty()) {
        test.add(list);
        remarks.add(
            list + ": is the test set, as in the Python project; nothing of it is trained on");
      } else {
        remarks.add(list + ": is skipped, because --test-annotations names the test set");
      }
      if (!chosen && DEVELOPMENT_LISTS.contains(name)) {
        remarks.add(
            list
                + ": is trained on, as in the Python project; --test-annotations="
                + list
                + " tests on it instead");
      }
    }
    if (train.isEmpty()) {
      throw new DataFileException(
          annotations + ": has no annotation list to train on beside " + test.get(0).getFileName());
    }
    return new Splits(
        new AnnotationLists(train),
        test.isEmpty() ? named : Optional.of(new AnnotationLists(test)),
        Map.of(),
        remarks);
  }
}
