package deepspeech.trainer.training;

import deepspeech.acoustic.optimizer.LearningRateSchedule;
import deepspeech.acoustic.optimizer.Plateau;
import deepspeech.messages.configuration.ScheduleArguments;
import deepspeech.messages.configuration.ScheduleType;

/**
 * The learning rates of a run. The schedule {@code plateau} depends on test results, which arrive
 * at any time. So that they do not depend on that time, an epoch uses the results up to the last
 * but one epoch before it, which are tested while the epoch before it is trained. If one of them is
 * still missing, the epoch waits for it. What was counted is part of every checkpoint.
 */
final class RunLearningRates {
  /** Between the epoch of a result and the first epoch that uses it. */
  private static final int DELAY = 2;

  private final ScheduleArguments arguments;
  private final TestScores scores;
  private LearningRateSchedule schedule;

  /** Null for the other schedules. */
  private Plateau plateau;

  RunLearningRates(TrainingSetup setup, TestScores scores) {
    this.arguments = setup.configuration().schedule();
    this.scores = scores;
    this.schedule = setup.learningRates();
    if (arguments.type() == ScheduleType.PLATEAU) {
      plateau =
          setup
              .resumed()
              .map(state -> counted(setup, state))
              .orElseGet(() -> Plateau.beginningWith(arguments.firstEpoch()));
      schedule = schedule.reduced(plateau.reductions());
    }
  }

  /**
   * Returns what the checkpoint has counted. Nothing of it counts for a schedule that begins in
   * another epoch. The tests of another run's checkpoints are not awaited.
   */
  private Plateau counted(TrainingSetup setup, TrainingState state) {
    Plateau before = state.counters().plateau();
    Plateau counted =
        before != null && before.from() == arguments.firstEpoch()
            ? before
            : Plateau.beginningWith(arguments.firstEpoch());
    return state.run().equals(setup.run()) ? counted : counted.upTo(setup.firstEpoch() - 1);
  }

  /**
   * Waits for the test results that an epoch uses.
   *
   * @throws RunStoppedException if the run is stopped before they arrive
   */
  void begin(int epoch) throws InterruptedException {
    while (plateau != null && plateau.counted() < epoch - DELAY) {
      plateau = plateau.next(scores.await(plateau.counted() + 1), arguments.plateauPatience());
      schedule = schedule.reduced(plateau.reductions());
    }
  }

  /** Returns the learning rate of a batch of the epoch that has begun. */
  double at(int epoch, int batch) {
    return schedule.at(epoch, batch);
  }

  /** Returns what was counted so far; null if the schedule does not count test results. */
  Plateau plateau() {
    return plateau;
  }
}
