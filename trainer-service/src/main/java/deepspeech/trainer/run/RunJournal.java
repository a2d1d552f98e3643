package deepspeech.trainer.run;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.trainer.training.TakenOverException;
import deepspeech.trainer.training.TrainingState;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/**
 * What a trainer publishes of its runs, and the leases that allow it to.
 *
 * @param registry the states of the runs
 * @param events metric points and the events of checkpoints
 * @param leases acquires the lease on each run before it is trained
 */
public record RunJournal(RunRegistry registry, RunEvents events, RunLeases leases, Clock clock) {
  /** Returns the time for the next event of a run. */
  Instant now(RunId run) {
    return registry.time(run, clock.instant());
  }

  /** Publishes a metric point at the position of a checkpoint. */
  void metric(TrainingState state, MetricName name, double value) {
    events.metric(
        new MetricPoint(
            state.run(),
            name,
            value,
            state.step(),
            state.checkpoint().epoch(),
            state.checkpoint().batch(),
            now(state.run())));
  }

  void changePosition(RunId run, Position position, Map<SkipReason, Integer> skippedUtterances) {
    registry.change(
        run,
        s ->
            s.withPosition(position, clock.instant())
                .withSkipped(skippedUtterances, clock.instant()));
  }

  /**
   * Waits until all points are published, and requires the lease. A trainer that resumes from a
   * checkpoint does not publish the points before it again.
   *
   * @throws TakenOverException if another trainer has taken over the run
   */
  void requireMayCommit(RunId run) {
    events.flush();
    leases.requireStillHeld(run);
  }
}
