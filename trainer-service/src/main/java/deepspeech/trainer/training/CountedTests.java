package deepspeech.trainer.training;

import deepspeech.acoustic.optimizer.Plateau;
import deepspeech.messages.configuration.ScheduleArguments;
import deepspeech.messages.configuration.ScheduleType;
import java.util.OptionalDouble;

/**
 * The test results on which the training of a run depends: with the schedule {@code plateau} its
 * learning rate. They arrive at any time. So that nothing depends on that time, an epoch uses the
 * results up to the last but one epoch before it, which are tested while the epoch before it is
 * trained. If one of them is still missing, the epoch waits for it. What was counted is part of
 * every checkpoint.
 */
final class CountedTests {
  /** Between the epoch of a result and the first epoch that uses it. */
  private static final int DELAY = 2;

  private final ScheduleArguments schedule;
  private final TestScores scores;

  /** Null for the other schedules. */
  private Plateau plateau;

  CountedTests(TrainingSetup setup, TestScores scores) {
    this.schedule = setup.configuration().schedule();
    this.scores = scores;
    if (schedule.type() == ScheduleType.PLATEAU) {
      plateau =
          setup
              .resumed()
              .map(state -> counted(setup, state))
              .orElseGet(() -> Plateau.beginningWith(schedule.firstEpoch()));
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
    while (plateau != null && plateau.results().counted() < epoch - DELAY) {
      OptionalDouble cer = scores.await(plateau.results().counted() + 1);
      plateau = plateau.next(cer, schedule.plateauPatience());
    }
  }

  /** Returns how often test results have reduced the learning rate. */
  int reductions() {
    return plateau == null ? 0 : plateau.reductions();
  }

  /**
   * Returns what was counted for the learning rate; null if the schedule counts no test results.
   */
  Plateau plateau() {
    return plateau;
  }
}
