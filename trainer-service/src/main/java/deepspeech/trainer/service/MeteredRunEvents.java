package deepspeech.trainer.service;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.trainer.run.RunEvents;
import java.time.Instant;
import java.util.Map;

/** Records the events of a run in the trainer's metrics. */
final class MeteredRunEvents implements RunEvents {
  private final RunEvents events;
  private final TrainerMeters meters;

  MeteredRunEvents(RunEvents events, TrainerMeters meters) {
    this.events = events;
    this.meters = meters;
  }

  @Override
  public void metric(MetricPoint point) {
    events.metric(point);
    meters.record(point);
  }

  @Override
  public void flush() {
    events.flush();
  }

  @Override
  public void recover(RunId run, Instant since, Map<SkipReason, Integer> skipped)
      throws InterruptedException {
    events.recover(run, since, skipped);
  }

  @Override
  public Instant eventsSince(RunId run, long step, Instant takenAt) {
    return events.eventsSince(run, step, takenAt);
  }

  @Override
  public void checkpoint(CheckpointCommitted event, String id) {
    events.checkpoint(event, id);
    meters.checkpoint(event.run(), event.time());
  }
}
