package deepspeech.trainer.training;

import deepspeech.acoustic.optimizer.CountedResults;
import deepspeech.acoustic.optimizer.Plateau;
import deepspeech.messages.configuration.EarlyStopArguments;
import deepspeech.messages.configuration.ScheduleArguments;
import deepspeech.messages.configuration.ScheduleType;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The test results on which the training of a run depends: with the schedule {@code plateau} its
 * learning rate, and with {@code early_stop_patience} its end. They arrive at any time. So that
 * nothing depends on that time, an epoch uses the results up to the last but one epoch before it,
 * which are tested while the epoch before it is trained. If one of them is still missing, the epoch
 * waits for it. What was counted is part of every checkpoint.
 */
final class CountedTests {
  /** Between the epoch of a result and the first epoch that uses it. */
  private static final int DELAY = 2;

  private final ScheduleArguments schedule;
  private final EarlyStopArguments earlyStopArguments;
  private final TestScores scores;

  /** Null for the other schedules. */
  private Plateau plateau;

  /** Null if test results do not end the run. */
  private CountedResults earlyStop;

  CountedTests(TrainingSetup setup, TestScores scores) {
    this.schedule = setup.configuration().schedule();
    this.earlyStopArguments = setup.configuration().earlyStop();
    this.scores = scores;
    if (schedule.type() == ScheduleType.PLATEAU) {
      plateau =
          setup
              .resumed()
              .map(state -> counted(setup, state))
              .orElseGet(() -> Plateau.beginningWith(schedule.firstEpoch()));
    }
    if (earlyStopArguments.isOn()) {
      earlyStop =
          setup
              .resumed()
              .filter(state -> state.run().equals(setup.run()))
              .map(state -> state.counters().earlyStop())
              .orElseGet(() -> CountedResults.beginningWith(setup.firstEpoch()));
      if (earlyStop.from() != earlyStopArguments.firstEpoch()) {
        earlyStop = earlyStop.anew(earlyStopArguments.firstEpoch());
      }
    }
  }

  /**
   * Returns what the checkpoint has counted. Nothing of it counts for a schedule that begins in
   * another epoch. The tests of another run's checkpoints are not awaited.
   */
  private Plateau counted(TrainingSetup setup, TrainingState state) {
    Plateau before = state.counters().plateau();
    Plateau counted =
        before != null && before.results().from() == schedule.firstEpoch()
            ? before
            : Plateau.beginningWith(schedule.firstEpoch());
    return state.run().equals(setup.run()) ? counted : counted.upTo(setup.firstEpoch() - 1);
  }

  /**
   * Waits for the test results that an epoch uses, and counts them.
   *
   * @throws RunStoppedException if the run is stopped before they arrive
   */
  void begin(int epoch) throws InterruptedException {
    for (int tested = nextToCount(); tested <= epoch - DELAY; tested++) {
      OptionalDouble cer = scores.await(tested);
      if (plateau != null && plateau.results().counted() < tested) {
        plateau = plateau.next(cer, schedule.plateauPatience());
      }
      if (earlyStop != null && earlyStop.counted() < tested) {
        earlyStop = earlyStop.next(cer);
      }
    }
  }

  /** Returns the first epoch whose result is not counted for everything that depends on it. */
  private int nextToCount() {
    return IntStream.of(
            plateau == null ? Integer.MAX_VALUE : plateau.results().counted() + 1,
            earlyStop == null ? Integer.MAX_VALUE : earlyStop.counted() + 1)
        .min()
        .getAsInt();
  }

  /** Returns how often test results have reduced the learning rate. */
  int reductions() {
    return plateau == null ? 0 : plateau.reductions();
  }

  /**
   * Returns in one line why the run ends before the epoch that has begun; empty if it continues.
   *
   * @param trained the last epoch that was trained
   * @param epochs the number of epochs to train
   */
  Optional<String> earlyEnd(int trained, int epochs) {
    if (earlyStop == null || earlyStop.epochsWithoutBetter() < earlyStopArguments.patience()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "early stop after epoch %d of %d: the best CER is %.4f, of epoch %d; test results in a row"
                + " that are not better: %d, up to epoch %d; early_stop_patience is %d",
            trained,
            epochs,
            earlyStop.best(),
            earlyStop.bestEpoch(),
            earlyStop.epochsWithoutBetter(),
            earlyStop.counted(),
            earlyStopArguments.patience()));
  }

  /**
   * Returns what was counted for the learning rate; null if the schedule counts no test results.
   */
  Plateau plateau() {
    return plateau;
  }

  /** Returns what was counted for an early end of the run; null if test results do not end it. */
  CountedResults earlyStop() {
    return earlyStop;
  }
}
