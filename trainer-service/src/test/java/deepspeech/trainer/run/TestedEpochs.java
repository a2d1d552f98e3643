package deepspeech.trainer.run;

import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** An evaluator whose results are known before: one for the checkpoint of each epoch. */
final class TestedEpochs {
  private final TrainingSite site;
  private final double[] cers;

  /**
   * Tests the checkpoints of a trainer.
   *
   * @param cers the result of each epoch in turn
   */
  TestedEpochs(TrainingSite site, double... cers) {
    this.site = site;
    this.cers = cers.clone();
  }

  /** From now on each checkpoint of the run has its result when it is announced. */
  void soon(String run) {
    site.reached = what -> epochOf(what).ifPresent(epoch -> tested(run, epoch));
  }

  /**
   * From now on each result of the run comes when the epoch behind the next one cannot begin
   * without it.
   */
  void late(String run) {
    site.reached =
        what ->
            epochOf(what)
                .filter(epoch -> epoch > 1)
                .ifPresent(epoch -> later(() -> tested(run, epoch - 1)));
  }

  /** Tests the checkpoint of an epoch. */
  void tested(String run, int epoch) {
    site.pendingEvaluations.tested(
        new Evaluation(
            new TestedCheckpoint(
                new RunId(run),
                CheckpointId.endOfEpoch(epoch),
                epoch,
                0,
                (long) epoch * TrainingSite.BATCHES),
            new TestErrors(cers[epoch - 1], null, 1, 0, 10, 0, 0, 0),
            List.of(),
            new TestTiming(0, Instant.now(), Instant.now())));
  }

  /** The epoch whose checkpoint is being announced. */
  static Optional<Integer> epochOf(String what) {
    return Optional.of(what)
        .filter(text -> text.matches("event epoch-\\d{4}"))
        .map(text -> CheckpointId.parse(text.substring("event ".length())).epoch());
  }

  /** Starts an action on another thread. */
  static void later(Runnable action) {
    CountDownLatch started = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              started.countDown();
              action.run();
            });
    thread.start();
    try {
      started.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
