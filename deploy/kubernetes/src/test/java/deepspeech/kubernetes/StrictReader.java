package deepspeech.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads resources of some kinds, and accepts nothing that it does not know. */
interface StrictReader {
  /** Whether it knows the kind of a resource. */
  boolean covers(RenderedResource resource);

  /** What is wrong with a resource, in a line; empty if nothing is. */
  Optional<String> problem(RenderedResource resource);

  /** Those that need no files beside the checkout. Together they know every kind. */
  List<StrictReader> BUILT_IN =
      List.of(new ClientJavaReader(), new ModelReader(), new KnownValues());

  /** All readers. */
  static List<StrictReader> all() {
    List<StrictReader> all = new ArrayList<>(BUILT_IN);
    CrdReader.ifPresent().ifPresent(all::add);
    return all;
  }

  /** What the readers that know its kind find wrong with a resource, a line each. */
  static List<String> problems(RenderedResource resource) {
    return all().stream()
        .filter(reader -> reader.covers(resource))
        .flatMap(
            reader ->
                reader.problem(resource).stream()
                    .map(line -> reader.getClass().getSimpleName() + ": " + line))
        .toList();
  }
}
