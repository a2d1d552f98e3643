package deepspeech.trainer.run;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.metric.MetricName;
import deepspeech.trainer.checkpoint.CheckpointAccess;
import deepspeech.trainer.checkpoint.CheckpointAnnouncement;
import deepspeech.trainer.checkpoint.CommittedCheckpoint;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import deepspeech.trainer.checkpoint.RecoveredCheckpoint;
import deepspeech.trainer.training.TrainingState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Announces the checkpoints of runs, each by its event, in the run's state and in the metrics, and
 * then removes old ones.
 */
final class CheckpointAnnouncer {
  private final RunJournal journal;
  private final CheckpointStore store;
  private final PendingEvaluations pendingEvaluations;

  CheckpointAnnouncer(RunJournal journal, CheckpointAccess access) {
    this.journal = journal;
    this.store = access.store();
    this.pendingEvaluations = access.pendingEvaluations();
  }

  /**
   * Announces a new checkpoint.
   *
   * @param configuration the configuration of its run
   */
  void announce(TrainingConfiguration configuration, CommittedCheckpoint committed) {
    TrainingState state = committed.state();
    RunId run = state.run();
    Instant announced = publishEvent(configuration, committed.stored());
    journal.registry().change(run, s -> s.withLastCheckpoint(state.checkpoint(), announced));
    publishCost(state, committed.stored(), committed.took());
    List<CheckpointId> retained = store.retain(run, pendingEvaluations.of(run)).retained();
    journal.registry().change(run, s -> s.withCheckpoints(retained, journal.clock().instant()));
  }

  /**
   * Announces the checkpoint from which a run recovers. Its trainer may have disappeared after it
   * committed the checkpoint and before it published the event and the metric points.
   *
   * @param configuration the configuration of its run
   */
  void announceRecovered(TrainingConfiguration configuration, RecoveredCheckpoint checkpoint) {
    publishEvent(configuration, checkpoint.stored());
    if (checkpoint.takenAt().isAfter(Instant.EPOCH)) {
      publishCost(
          checkpoint.state(),
          checkpoint.stored(),
          Duration.between(checkpoint.takenAt(), checkpoint.stored().committedAt()));
    }
    // It may also have disappeared before retention had removed all old checkpoints.
    RunId run = checkpoint.state().run();
    store.retain(run, pendingEvaluations.of(run));
  }

  /** Returns the time of the event. */
  private Instant publishEvent(TrainingConfiguration configuration, StoredCheckpoint stored) {
    CheckpointCommitted announcement =
        CheckpointAnnouncement.of(
            stored,
            configuration.testOff() ? null : configuration.data(Split.TEST, 1),
            journal.now(stored.run()));
    pendingEvaluations.announced(announcement);
    journal.events().checkpoint(announcement, CheckpointAnnouncement.id(stored));
    return announcement.time();
  }

  private void publishCost(TrainingState state, StoredCheckpoint stored, Duration took) {
    journal.metric(state, MetricName.CHECKPOINT_BYTES, (double) stored.size());
    journal.metric(state, MetricName.CHECKPOINT_SECONDS, took.toNanos() / 1e9);
  }
}
