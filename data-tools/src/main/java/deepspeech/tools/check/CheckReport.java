package deepspeech.tools.check;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.UnknownCharacters;
import deepspeech.messages.identity.Split;
import deepspeech.speech.dataset.UnknownCharacterCounts;
import deepspeech.speech.dataset.UnknownFieldCounts;
import deepspeech.tools.check.ManifestCheck.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts the findings, and keeps the first examples of each reason. */
final class CheckReport {
  private static final int EXAMPLES = 3;
  private static final int LONGEST_DETAIL = 160;
  private static final double SECONDS_IN_HOUR = 3600;

  private final Split split;
  private final UnknownCharacters rule;
  private final Map<SkipReason, Long> counts = new EnumMap<>(SkipReason.class);
  private final Map<SkipReason, List<Finding>> examples = new EnumMap<>(SkipReason.class);
  private final UnknownCharacterCounts unknownCharacters = new UnknownCharacterCounts();
  private final UnknownFieldCounts unknownFields = new UnknownFieldCounts();
  private long lines;
  private long usable;
  private double statedSeconds;
  private double usableSeconds;

  /**
   * Creates an empty report.
   *
   * @param rule the rule for characters that are not in the vocabulary
   */
  CheckReport(Split split, UnknownCharacters rule) {
    this.split = split;
    this.rule = rule;
  }

  void add(Outcome outcome) {
    lines++;
    statedSeconds += outcome.statedSeconds();
    usableSeconds += outcome.usableSeconds();
    unknownCharacters.add(outcome.unknownCharacters());
    Finding finding = outcome.finding();
    if (finding == null || finding.usable()) {
      usable++;
    }
    if (finding != null) {
      counts.merge(finding.reason(), 1L, Long::sum);
      List<Finding> first = examples.computeIfAbsent(finding.reason(), r -> new ArrayList<>());
      if (first.size() < EXAMPLES) {
        first.add(finding);
      }
    }
  }

  void addFields(List<String> unknown, long line) {
    unknownFields.add(unknown, line);
  }

  boolean isClean() {
    return counts.isEmpty() && unknownFields.summary().isEmpty();
  }

  boolean hasUsable() {
    return usable > 0;
  }

  /** Returns the lines of the report. */
  List<String> lines(String manifest) {
    List<String> report = new ArrayList<>();
    if (!counts.isEmpty()) {
      report.add(String.format("%-22s %10s  %s", "reason", "utterances", "a run"));
      counts.forEach(
          (reason, count) ->
              report.add(String.format("%-22s %10d  %s", reason, count, consequence(reason))));
      report.add("");
      examples.forEach((reason, findings) -> report.addAll(examples(reason, findings)));
      report.add("");
    }
    report.add(
        String.format(
            Locale.ROOT,
            "%s: %d of %d utterances can be used, %.2f of %.2f hours",
            manifest,
            usable,
            lines,
            usableSeconds / SECONDS_IN_HOUR,
            statedSeconds / SECONDS_IN_HOUR));
    if (unknownCharacters.total() > 0) {
      report.add(
          "%d characters are not in the vocabulary: %s"
              .formatted(unknownCharacters.total(), unknownCharacters.mostFrequent()));
    }
    unknownFields.summary().ifPresent(report::add);
    return report;
  }

  private String consequence(SkipReason reason) {
    if (reason == SkipReason.UNKNOWN_CHARACTERS && rule != UnknownCharacters.DROP_UTTERANCE) {
      if (split == Split.TEST) {
        return "uses them; the characters count as errors";
      }
      return rule == UnknownCharacters.FAIL_RUN
          ? "is refused"
          : "uses them, without the characters";
    }
    return "skips them";
  }

  private List<String> examples(SkipReason reason, List<Finding> findings) {
    List<String> lines = new ArrayList<>();
    for (Finding finding : findings) {
      String detail = finding.detail();
      lines.add(
          "%s: line %d%s: %s"
              .formatted(
                  reason,
                  finding.line(),
                  finding.path() == null ? "" : ": " + finding.path(),
                  detail.length() <= LONGEST_DETAIL
                      ? detail
                      : detail.substring(0, LONGEST_DETAIL) + "…"));
    }
    long more = counts.get(reason) - findings.size();
    if (more > 0) {
      lines.add("%s: %d more".formatted(reason, more));
    }
    return lines;
  }
}
