package deepspeech.vulnerabilities;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A published vulnerability.
 *
 * @param aliases other identifiers of it
 * @param withdrawn true if it was published by mistake
 */
record Advisory(String id, Set<String> aliases, boolean withdrawn, List<Affected> affected) {
  /**
   * The affected versions of a library.
   *
   * @param library group and artifact
   * @param versions single versions, beside the ranges
   */
  record Affected(String library, List<AffectedRange> ranges, Set<String> versions) {
    boolean contains(String version) {
      return versions.contains(version)
          || ranges.stream().anyMatch(range -> range.contains(version));
    }

    @Override
    public String toString() {
      return String.join(
          ", ",
          ranges.isEmpty()
              ? new TreeSet<>(versions)
              : ranges.stream().map(String::valueOf).toList());
    }
  }

  /** True if it is about this version of the library and was not withdrawn. */
  boolean affects(Library library) {
    return !withdrawn
        && of(library.name()).stream().anyMatch(one -> one.contains(library.version()));
  }

  /** The parts about a library. */
  List<Affected> of(String library) {
    return affected.stream().filter(one -> one.library.equals(library)).toList();
  }

  /** All identifiers. */
  Set<String> ids() {
    Set<String> ids = new TreeSet<>(aliases);
    ids.add(id);
    return ids;
  }

  /** The identifiers in brackets after the first. */
  String name() {
    return aliases.isEmpty() ? id : "%s (%s)".formatted(id, String.join(", ", aliases));
  }
}
