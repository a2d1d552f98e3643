package deepspeech.messages.metric;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a metric point measures. */
public enum MetricName {
  /** Mean negative log likelihood a sample, of the batch of this step. */
  TRAIN_LOSS,
  LEARNING_RATE,
  /** Global gradient norm before clipping. */
  GRADIENT_NORM,
  /** Corpus character error rate of the checkpoint at this step. */
  TEST_CER,
  /** Corpus word error rate of the checkpoint at this step. */
  TEST_WER,
  /** Seconds until the run ends at the present speed. */
  ETA_SECONDS,
  /** Utterances trained on a second, since the last point. */
  SAMPLES_PER_SECOND,
  /** Share of the time since the last point spent in training steps, 0 to 1. */
  SHARE_COMPUTING,
  /** Share of the time since the last point spent waiting for feature batches, 0 to 1. */
  SHARE_WAITING,
  /** Share of the time since the last point that training stood still for a checkpoint, 0 to 1. */
  SHARE_CHECKPOINT,
  /** Steps skipped so far because loss or gradient was not finite. */
  SKIPPED_STEPS,
  /** Utterances left out so far, in this epoch. */
  UTTERANCES_LEFT_OUT,
  /**
   * Training utterances of the run left out so far for a {@link MetricPoint#reason}, each counted
   * once however often it was met.
   */
  LEFT_OUT,
  /**
   * Messages of a {@link MetricPoint#topic} that are published and not yet worked off: commands by
   * the trainer, requests by data-prep, checkpoints by the evaluator, and of the run's feature
   * topic the batches that are there to train on.
   */
  LAG,
  /**
   * A command let the run go on from an earlier step, which is the value: its points of later steps
   * that were published before this one belong to a past that it has gone back from.
   */
  RESUMED,
  CHECKPOINT_BYTES,
  /** Seconds from the snapshot of a checkpoint to its publication. */
  CHECKPOINT_SECONDS;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
