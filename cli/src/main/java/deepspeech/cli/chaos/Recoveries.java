package deepspeech.cli.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** How a run recovered from each kill of its trainer, as a table. */
record Recoveries(List<Recovery> all) {
  Recoveries {
    all = List.copyOf(all);
  }

  /** Checks that no step before the newest checkpoint was repeated. */
  ChaosCheck repeatedSteps() {
    List<String> findings = new ArrayList<>();
    for (Recovery recovery : all) {
      if (recovery.repeated() > recovery.sinceCheckpoint()) {
        findings.add(
            "%d steps repeated, %d steps since the newest checkpoint"
                .formatted(recovery.repeated(), recovery.sinceCheckpoint()));
      }
    }
    return new ChaosCheck(
        "repeated steps: in none of %d recoveries more than since the newest checkpoint"
            .formatted(all.size()),
        findings);
  }

  List<String> lines() {
    if (all.isEmpty()) {
      return List.of("The trainer was not killed.");
    }
    return List.of(
        "After %d SIGKILLs of the trainer:%19s%9s%9s%9s"
            .formatted(all.size(), "min", "median", "90 %", "max"),
        seconds("time to the first repeated step", Recovery::toFirstStep),
        seconds("time to the first new step", Recovery::toFirstNewStep),
        steps("repeated steps", Recovery::repeated),
        steps("steps since the newest checkpoint", Recovery::sinceCheckpoint));
  }

  private String seconds(String what, Function<Recovery, Duration> of) {
    return row(what, of.andThen(time -> time.toMillis() / 1000.0), "%7.1f s");
  }

  private String steps(String what, Function<Recovery, Long> of) {
    return row(what, of.andThen(Long::doubleValue), "%9.0f");
  }

  private String row(String what, Function<Recovery, Double> of, String format) {
    List<Double> values = all.stream().map(of).sorted().toList();
    StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "  %-36s", what));
    for (double share : new double[] {0, 0.5, 0.9, 1}) {
      row.append(String.format(Locale.ROOT, format, quantile(values, share)));
    }
    return row.toString();
  }

  /** The smallest value that at least the given share of all values does not exceed. */
  private static double quantile(List<Double> sorted, double share) {
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index));
  }
}
