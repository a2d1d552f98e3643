package deepspeech.cli.chaos;

import java.util.ArrayList;
import java.util.List;

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
