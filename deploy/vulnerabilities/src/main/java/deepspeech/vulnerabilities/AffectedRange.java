package deepspeech.vulnerabilities;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.maven.artifact.versioning.ComparableVersion;

/**
 * A range of affected versions, evaluated as the section "Evaluation" of the OSV schema says, in
 * the order of Maven's versions.
 *
 * @param events in any order
 */
record AffectedRange(List<Event> events) {
  /** Before every version, also before {@code 0-alpha}. */
  private static final String START = "0";

  /** What a version of an event means for those after it, in the words of the OSV schema. */
  enum Kind {
    INTRODUCED,
    FIXED,
    LAST_AFFECTED,
    LIMIT
  }

  /** The first version at which something changes, or the last one before. */
  record Event(Kind kind, String version) {
    /** Below zero if the version comes before this event's, above if after. */
    int compare(String other) {
      if (kind == Kind.INTRODUCED && version.equals(START)) {
        return 1;
      }
      return new ComparableVersion(other).compareTo(new ComparableVersion(version));
    }

    /**
     * Of one version, a fix comes before the next introduction, and an introduction before the end
     * of a range of one version.
     */
    static final Comparator<Event> ORDER =
        Comparator.<Event, Boolean>comparing(
                event -> !(event.kind == Kind.INTRODUCED && event.version.equals(START)))
            .thenComparing(event -> new ComparableVersion(event.version))
            .thenComparing(
                event ->
                    switch (event.kind) {
                      case FIXED, LIMIT -> 0;
                      case INTRODUCED -> 1;
                      case LAST_AFFECTED -> 2;
                    });
  }

  AffectedRange {
    events = events.stream().sorted(Event.ORDER).toList();
    if (events.stream().noneMatch(event -> event.kind == Kind.INTRODUCED)) {
      throw new ReviewException("a range of affected versions has no event \"introduced\"");
    }
  }

  /** True if the version is in the range. */
  boolean contains(String version) {
    List<Event> limits = events.stream().filter(event -> event.kind == Kind.LIMIT).toList();
    if (!limits.isEmpty()
        && limits.stream()
            .noneMatch(limit -> limit.version.equals("*") || limit.compare(version) < 0)) {
      return false;
    }
    boolean affected = false;
    for (Event event : events) {
      int place = event.compare(version);
      affected =
          switch (event.kind) {
            case INTRODUCED -> affected || place >= 0;
            case FIXED -> affected && place < 0;
            case LAST_AFFECTED -> affected && place <= 0;
            case LIMIT -> affected;
          };
    }
    return affected;
  }

  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    for (Event event : events) {
      switch (event.kind) {
        case INTRODUCED ->
            words.add(event.version.equals(START) ? "from the first" : "from " + event.version);
        case FIXED, LIMIT -> words.add("before " + event.version);
        case LAST_AFFECTED -> words.add("to " + event.version);
      }
    }
    return String.join(" ", words);
  }
}
