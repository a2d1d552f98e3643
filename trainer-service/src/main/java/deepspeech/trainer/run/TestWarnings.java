package deepspeech.trainer.run;

import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Adds a warning to a run while none of its checkpoints could be tested, or while a test is
 * delayed, with the reason. The dead letters have every failure; the warnings only summarise them.
 * Thread-safe.
 */
public final class TestWarnings {
  private static final String BEGINNING = "no checkpoint could be tested so far: ";

  private static final String DELAYED_BEGINNING = "the test of a checkpoint is delayed: ";

  private final RunWarnings warnings;
  private final Set<RunId> tested = new HashSet<>();
  private final Set<RunId> settled = new HashSet<>();

  /** Adds and removes warnings of runs. */
  public TestWarnings(RunWarnings warnings) {
    this.warnings = warnings;
  }

  /** Removes the run's warnings about tests, because one of its checkpoints was tested. */
  public synchronized void tested(RunId run) {
    tested.add(run);
    if (!settled.contains(run)
        && warnings.change(
            run, lines -> RunWarnings.without(lines, BEGINNING, DELAYED_BEGINNING))) {
      settled.add(run);
    }
  }

  /** Records that a checkpoint of a run cannot be tested. */
  public synchronized void failed(RunId run, CheckpointId checkpoint, String reason) {
    settled.remove(run);
    String warning = "%s%s: %s".formatted(BEGINNING, checkpoint, reason);
    var unused =
        warnings.change(
            run,
            lines -> {
              List<String> changed = RunWarnings.without(lines, DELAYED_BEGINNING);
              // Keep the first reason: one warning per run, however many checkpoints it has.
              if (!tested.contains(run)
                  && changed.stream().noneMatch(line -> line.startsWith(BEGINNING))) {
                changed.add(warning);
              }
              return changed;
            });
  }

  /**
   * Records that the test of a checkpoint is delayed. The evaluator retries it until it succeeds or
   * fails.
   */
  public synchronized void delayed(RunId run, CheckpointId checkpoint, String reason) {
    settled.remove(run);
    var unused =
        warnings.change(
            run,
            lines -> {
              List<String> changed = RunWarnings.without(lines, DELAYED_BEGINNING);
              changed.add("%s%s: %s".formatted(DELAYED_BEGINNING, checkpoint, reason));
              return changed;
            });
  }
}
