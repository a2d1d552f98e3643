package deepspeech.trainer.run;

import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.metric.MetricPoint;

/** What a run tells the other services. */
public interface RunEvents {
  /** Returns at once; a point that is lost on the way is logged. */
  void metric(MetricPoint point);

  /** Returns when the broker has it. */
  void checkpoint(CheckpointPublished event);
}
