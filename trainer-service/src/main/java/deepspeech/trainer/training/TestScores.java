package deepspeech.trainer.training;

import java.util.OptionalDouble;

/** The test results of a run's checkpoints, which arrive while the run is trained. */
@FunctionalInterface
public interface TestScores {
  /**
   * Waits for the test of the checkpoint at the end of an epoch.
   *
   * @param epoch an epoch at whose end the run has committed a checkpoint
   * @return its character error rate; empty if there will be no result
   * @throws RunStoppedException if the run is stopped before the result arrives
   */
  OptionalDouble await(int epoch) throws InterruptedException;
}
