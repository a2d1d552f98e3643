package deepspeech.vulnerabilities;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares the baseline with what is shipped, with itself, and with a database of advisories. */
public final class Review {
  private final Baseline baseline;

  /** Creates a review of a baseline. */
  public Review(Baseline baseline) {
    this.baseline = baseline;
  }

  /** Libraries that are shipped and not reviewed, and the other way round; a line each. */
  public List<String> ofShipped(ShippedLibraries shipped) {
    Set<Library> reviewed = baseline.libraries().keySet();
    List<String> findings = new ArrayList<>();
    for (Map.Entry<Library, Set<String>> one : shipped.programs().entrySet()) {
      Library library = one.getKey();
      if (!reviewed.contains(library)) {
        String others =
            versions(reviewed, library.name()).stream()
                .map(Library::version)
                .collect(Collectors.joining(", "));
        findings.add(
            "%s of %s has no review%s; look for its advisories, then record it in %s"
                .formatted(
                    library.purl(),
                    String.join(", ", one.getValue()),
                    others.isEmpty() ? "" : " (reviewed: " + others + ")",
                    Baseline.LIBRARIES));
      }
    }
    for (Library library : reviewed) {
      if (!shipped.programs().containsKey(library)) {
        findings.add(
            "%s: %s is not shipped any more; remove its line"
                .formatted(Baseline.LIBRARIES, library.purl()));
      }
    }
    return findings;
  }

  /** Reviewed advisories that affect a library and are not accepted, or accepted for nothing. */
  public List<String> ofAdvisories() {
    List<String> findings = new ArrayList<>();
    for (ReviewedAdvisory reviewed : baseline.advisories()) {
      Advisory advisory = reviewed.advisory();
      List<Library> present = versions(baseline.libraries().keySet(), reviewed.library());
      List<Library> affected = present.stream().filter(advisory::affects).toList();
      if (present.isEmpty()) {
        findings.add(
            "%s: %s: %s is not shipped any more; remove the entry"
                .formatted(Baseline.ADVISORIES, advisory.id(), reviewed.library()));
      } else if (reviewed.acceptance().isEmpty()) {
        affected.forEach(library -> findings.add(affects(advisory, library)));
      } else if (affected.isEmpty()) {
        findings.add(
            "%s: %s does not affect %s (affected: %s); remove its field \"accepted\""
                .formatted(
                    Baseline.ADVISORIES,
                    advisory.id(),
                    present.stream().map(Library::toString).collect(Collectors.joining(", ")),
                    advisory.affected().get(0)));
      }
    }
    return findings;
  }

  /** Acceptances whose day has come. The build does not ask, so that old commits can be built. */
  List<String> ofDay(LocalDate today) {
    return accepted().flatMap(reviewed -> due(reviewed, today).stream()).toList();
  }

  /**
   * Advisories of a database that affect a library and are not accepted, and acceptances that the
   * database does not confirm.
   */
  List<String> ofDatabase(AdvisoryDatabase database) {
    List<String> findings = new ArrayList<>();
    for (Advisory advisory : database.advisories()) {
      for (Library library : baseline.libraries().keySet()) {
        if (advisory.affects(library)
            && accepted().noneMatch(one -> one.covers(advisory, library.name()))) {
          findings.add(affects(advisory, library));
        }
      }
    }
    accepted().forEach(reviewed -> unconfirmed(reviewed, database).ifPresent(findings::add));
    return findings;
  }

  private Stream<ReviewedAdvisory> accepted() {
    return baseline.advisories().stream().filter(one -> one.acceptance().isPresent());
  }

  /** A finding if the database knows the advisory, possibly several times, but not as affecting. */
  private Optional<String> unconfirmed(ReviewedAdvisory reviewed, AdvisoryDatabase database) {
    List<Advisory> known =
        database.advisories().stream()
            .filter(one -> reviewed.advisory().ids().stream().anyMatch(one.ids()::contains))
            .toList();
    List<Library> present = versions(baseline.libraries().keySet(), reviewed.library());
    if (known.isEmpty()
        || present.stream()
            .anyMatch(library -> known.stream().anyMatch(one -> one.affects(library)))) {
      return Optional.empty();
    }
    return Optional.of(
        "%s: the database does not confirm %s for %s (%s); remove its field \"accepted\""
            .formatted(
                Baseline.ADVISORIES,
                reviewed.advisory().id(),
                present.stream().map(Library::toString).collect(Collectors.joining(", ")),
                known.stream()
                    .map(
                        one ->
                            one.withdrawn()
                                ? "withdrawn"
                                : "affected: " + ranges(one, reviewed.library()))
                    .collect(Collectors.joining("; "))));
  }

  private static Optional<String> due(ReviewedAdvisory reviewed, LocalDate today) {
    return reviewed
        .acceptance()
        .filter(acceptance -> !acceptance.review().isAfter(today))
        .map(
            acceptance ->
                "%s: %s for %s was accepted until: %s; review it again, its day was %s"
                    .formatted(
                        Baseline.ADVISORIES,
                        reviewed.advisory().id(),
                        reviewed.library(),
                        acceptance.until(),
                        acceptance.review()));
  }

  private static String affects(Advisory advisory, Library library) {
    return "%s affects %s (affected: %s); update it, or accept it in %s with a reason"
        .formatted(advisory.name(), library, ranges(advisory, library.name()), Baseline.ADVISORIES);
  }

  private static String ranges(Advisory advisory, String library) {
    String ranges =
        advisory.of(library).stream()
            .map(Advisory.Affected::toString)
            .collect(Collectors.joining(", "));
    return ranges.isEmpty() ? "other libraries" : ranges;
  }

  private static List<Library> versions(Set<Library> libraries, String name) {
    return libraries.stream().filter(library -> library.name().equals(name)).toList();
  }
}
