package deepspeech.trainer.run;

import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TestScores;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Waits for the tests of a run's checkpoints. A long wait is a warning of the run. */
final class AwaitedTests implements TestScores {
  private static final String BEGINNING = "training waits for the test of checkpoint ";

  /** How soon a stopped run ends its wait, at most. */
  private static final Duration UNTIL_STOP = Duration.ofMillis(500);

  private final RunId run;
  private final List<String> dependence;
  private final PendingEvaluations tests;
  private final StopSignal stop;
  private final RunRegistry registry;
  private final Clock clock;
  private final Consumer<String> console;
  private final Duration patience;

  /**
   * Awaits tests of a run.
   *
   * @param dependence the arguments by which the run depends on tests, each with its value
   * @param patience the length of a wait from which on it is a warning; a test that takes a little
   *     longer than an epoch makes every epoch wait
   */
  AwaitedTests(
      RunId run,
      List<String> dependence,
      PendingEvaluations tests,
      StopSignal stop,
      RunRegistry registry,
      Clock clock,
      Consumer<String> console,
      Duration patience) {
    this.run = run;
    this.dependence = List.copyOf(dependence);
    this.tests = tests;
    this.stop = stop;
    this.registry = registry;
    this.clock = clock;
    this.console = console;
    this.patience = patience;
  }

  @Override
  public OptionalDouble await(int epoch) throws InterruptedException {
    CheckpointId checkpoint = CheckpointId.endOfEpoch(epoch);
    long begun = System.nanoTime();
    boolean warned = false;
    while (!tests.awaitTest(run, checkpoint, UNTIL_STOP)) {
      if (stop.reason() == StopSignal.Reason.COMMAND) {
        warn(List.of());
      }
      stop.requireNotRaised();
      if (!warned && System.nanoTime() - begun >= patience.toNanos()) {
        warned = true;
        String line = BEGINNING + checkpoint + ", because " + String.join(" and ", dependence);
        console.accept("Run %s: %s".formatted(run, line));
        warn(List.of(line));
      }
    }
    // Also one that an earlier trainer has left.
    warn(List.of());
    OptionalDouble cer = tests.cer(run, checkpoint);
    if (cer.isEmpty()) {
      console.accept(
          "Run %s: checkpoint %s is not counted, because it has no test result"
              .formatted(run, checkpoint));
    }
    return cer;
  }

  private void warn(List<String> lines) {
    RunWarnings.replace(registry, clock, run, BEGINNING, lines);
  }
}
