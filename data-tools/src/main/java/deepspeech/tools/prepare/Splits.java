package deepspeech.tools.prepare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The annotations of a data set.
 *
 * @param train the annotations for {@code manifest.train}
 * @param test the annotations for {@code manifest.test}; empty if utterances of {@code train} are
 *     to be used for the test
 * @param others annotations by split, for {@code manifest.SPLIT}, which a run reads only if it is
 *     configured to
 * @param remarks remarks on how the input was interpreted, one line each
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
