package deepspeech.tools.prepare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The annotations of a data set.
 *
 * @param train become {@code manifest.train}
 * @param test become {@code manifest.test}; empty if utterances of {@code train} are to be tested
 * @param others by split, become {@code manifest.SPLIT}, which no run reads unless it is asked to
 * @param remarks on what was taken for what, a line each
 */
record Splits(
    AnnotationSource train,
    Optional<AnnotationSource> test,
    Map<String, AnnotationSource> others,
    List<String> remarks) {
  Splits {
    others = new TreeMap<>(others);
    remarks = List.copyOf(remarks);
  }
}
