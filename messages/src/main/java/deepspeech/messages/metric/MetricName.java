package deepspeech.messages.metric;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The metric of a metric point. */
public enum MetricName {
  /** Mean negative log likelihood per sample, of the batch of this step. */
  TRAIN_LOSS,
  LEARNING_RATE,
  /** Global gradient norm before clipping. */
  GRADIENT_NORM,
  /** Corpus character error rate of the checkpoint at this step. */
  TEST_CER,
  /** Corpus word error rate of the checkpoint at this step. */
  TEST_WER,
  /** Seconds until the run ends, at the current speed. */
  ETA_SECONDS,
  /** Utterances trained per second since the last point. */
  SAMPLES_PER_SECOND,
  /** Share of the time since the last point spent in training steps, 0 to 1. */
  SHARE_COMPUTING,
  /** Share of the time since the last point spent waiting for feature batches, 0 to 1. */
  SHARE_WAITING,
  /** Share of the time since the last point that training paused for a checkpoint, 0 to 1. */
  SHARE_CHECKPOINT,
  /** Number of steps skipped so far because the loss or the gradient was not finite. */
  SKIPPED_STEPS,
  /** Number of utterances skipped so far in this epoch. */
  UTTERANCES_SKIPPED("utterances_left_out"),
  /**
   * Number of training utterances of the run skipped so far for a {@link MetricPoint#reason}. Each
   * utterance counts once, even if it was met several times.
   */
  SKIPPED("left_out"),
  /**
   * Number of messages of a {@link MetricPoint#topic} that are published but not yet processed. The
   * trainer processes commands, data-prep requests, and the evaluator checkpoints. For the run's
   * feature topic it is the number of batches that are ready for training.
   */
  LAG,
  /**
   * A command made the run resume from an earlier step, which is the value. Its points of later
   * steps that were published before this one are obsolete.
   */
  RESUMED,
  CHECKPOINT_BYTES,
  /** Seconds from the snapshot of a checkpoint to its commit. */
  CHECKPOINT_SECONDS;

  private final String text;

  MetricName() {
    this.text = name().toLowerCase(Locale.ROOT);
  }

  MetricName(String text) {
    this.text = text;
  }

  /** The name in messages and files. */
  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
