package deepspeech.cli.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The result of a chaos run.
 *
 * @param done the disturbances that were carried out, in order
 * @param undisturbed how long the undisturbed run took
 * @param disturbed how long the disturbed runs took, from the first command to the last end
 * @param recoveries from the kills of the trainer; empty if there were several runs
 */
public record ChaosReport(
    ChaosSettings settings,
    List<DisturbedProcess> done,
    Duration undisturbed,
    Duration disturbed,
    Optional<Recoveries> recoveries,
    List<ChaosCheck> checks) {
  public ChaosReport {
    done = List.copyOf(done);
    checks = List.copyOf(checks);
  }

  /** True if every check holds. */
  public boolean holds() {
    return checks.stream().allMatch(ChaosCheck::holds);
  }

  /** The report as lines of text. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d disturbances, seed %d, at most %d s apart; undisturbed run %d s, disturbed %s %d s"
            .formatted(
                done.size(),
                settings.seed(),
                settings.every().toSeconds(),
                undisturbed.toSeconds(),
                settings.runs() == 1 ? "run" : settings.runs() + " runs",
                disturbed.toSeconds()));
    Map<String, Integer> kinds = new TreeMap<>();
    done.forEach(one -> kinds.merge(one.disturbance().kind(), 1, Integer::sum));
    kinds.forEach((kind, count) -> lines.add("  %-36s%9d".formatted(kind, count)));
    lines.add("");
    recoveries.ifPresent(
        table -> {
          lines.addAll(table.lines());
          lines.add("");
        });
    lines.add("Compared with the undisturbed run:");
    checks.forEach(check -> lines.addAll(check.lines()));
    lines.add("");
    lines.add(holds() ? "Verdict: nothing was lost" : "Verdict: BROKEN");
    return lines;
  }
}
