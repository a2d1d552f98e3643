package deepspeech.cli.chaos;

import deepspeech.messages.identity.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A condition that a disturbed run must meet.
 *
 * @param what the condition; it holds if there are no findings
 * @param findings the violations, one line each
 */
public record ChaosCheck(String what, List<String> findings) {
  private static final int SHOWN = 5;

  public ChaosCheck {
    findings = List.copyOf(findings);
  }

  /**
   * Joins the checks of several runs to one of each kind.
   *
   * @param ofRuns the checks of each run, in the same order for all runs
   */
  static List<ChaosCheck> ofEach(Map<RunId, List<ChaosCheck>> ofRuns) {
    List<ChaosCheck> first = ofRuns.values().iterator().next();
    if (ofRuns.size() == 1) {
      return first;
    }
    List<ChaosCheck> joined = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      List<String> findings = new ArrayList<>();
      for (Map.Entry<RunId, List<ChaosCheck>> one : ofRuns.entrySet()) {
        for (String finding : one.getValue().get(i).findings()) {
          findings.add(one.getKey() + ": " + finding);
        }
      }
      joined.add(
          new ChaosCheck(
              "in each of %d runs: %s".formatted(ofRuns.size(), first.get(i).what()), findings));
    }
    return joined;
  }

  public boolean holds() {
    return findings.isEmpty();
  }

  /** The check as lines of text, followed by its first findings. */
  List<String> lines() {
    if (holds()) {
      return List.of("  ok      " + what);
    }
    List<String> lines = new ArrayList<>();
    lines.add("  BROKEN  " + what);
    findings.stream().limit(SHOWN).map(finding -> "            " + finding).forEach(lines::add);
    if (findings.size() > SHOWN) {
      lines.add("            and %d more".formatted(findings.size() - SHOWN));
    }
    return lines;
  }
}
