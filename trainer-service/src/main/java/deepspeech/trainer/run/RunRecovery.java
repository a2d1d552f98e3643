package deepspeech.trainer.run;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.checkpoint.RecoveredCheckpoint;
import java.time.Instant;
import java.util.Map;

/**
 * Joins the events of a run to those before. A point that an earlier trainer published before it
 * disappeared is not published again. If a command takes the run back to an earlier checkpoint, a
 * point marks it.
 */
final class RunRecovery {
  private final RunJournal journal;
  private final CheckpointAnnouncer announcer;

  RunRecovery(RunJournal journal, CheckpointAnnouncer announcer) {
    this.journal = journal;
    this.announcer = announcer;
  }

  /**
   * Joins the events of a run that is about to be trained.
   *
   * @param skipped the number of skipped utterances so far, by reason
   */
  void join(PreparedRun prepared, Map<SkipReason, Integer> skipped) throws InterruptedException {
    RunState accepted = prepared.accepted();
    RunId run = accepted.run();
    if (prepared.recovered().isPresent()) {
      RecoveredCheckpoint checkpoint = prepared.recovered().get();
      journal.events().recover(run, checkpoint.eventsSince(), skipped);
      announcer.announceRecovered(accepted.configuration(), checkpoint);
    } else if (accepted.status() == RunStatus.RUNNING) {
      // The trainer disappeared before the first checkpoint. Its points may be from any time.
      journal.events().recover(run, Instant.EPOCH, skipped);
    } else {
      prepared
          .setup()
          .resumed()
          .filter(state -> state.run().equals(run))
          .ifPresent(state -> journal.metric(state, MetricName.RESUMED, (double) state.step()));
    }
  }
}
