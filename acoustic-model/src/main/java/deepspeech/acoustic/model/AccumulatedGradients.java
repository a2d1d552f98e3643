package deepspeech.acoustic.model;

import ai.djl.ndarray.NDArray;
import deepspeech.acoustic.optimizer.LossScale;
import deepspeech.acoustic.torchscript.TensorLists;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The batches of a step that is not yet taken: the sum of their gradients, and the running
 * statistics after them, on the first device. A batch whose loss, gradient or statistics are not
 * finite is not among them. The model does not change before the step, so batches that are
 * discarded leave no trace.
 *
 * <p>The loss of a batch is the sum over its utterances. The sum over the batches is therefore the
 * gradient of all their utterances at once; only batch normalisation is that of each batch.
 */
final class AccumulatedGradients implements AutoCloseable {
  private final ShardExchange exchange;
  private final TensorLists lists;
  private final Optional<ScaledStep> scaled;

  /** Those of the first batch, to which the others are added. */
  private Optional<BatchGradients> sum = Optional.empty();

  /** The number of batches in the sum. */
  private int batches;

  /** The norm of the first batch of the sum; if there is none, of the last one that was skipped. */
  private float norm;

  private float[] losses = {};
  private float[] skippedLosses = {};
  private boolean recomputed;

  /**
   * Creates a sum of no batch.
   *
   * @param exchange has averaged the gradients of each batch
   * @param lossScale by which the gradients of the batches are multiplied; empty for 1
   */
  AccumulatedGradients(ShardExchange exchange, TensorLists lists, Optional<LossScale> lossScale) {
    scaled = lossScale.map(ScaledStep::new);
    this.exchange = exchange;
    this.lists = lists;
  }

  /**
   * Adds a batch, and closes its arrays when they are no longer needed.
   *
   * @param meanwhile is done while GPUs still compute the batch
   * @return the result, skipped if the batch is not among those of the step
   */
  BatchResult add(BatchGradients batch, Runnable meanwhile) {
    boolean kept = false;
    try {
      scaled.ifPresent(s -> exchange.scale(batch.gradients(), s.inverse()));
      List<NDArray> norms = exchange.norms(batch);
      NDArray ofStatistics = lists.norm(batch.scopes().get(0), batch.statistics());
      meanwhile.run();
      float[] ofUtterances = onHost(batch.losses());
      float ofBatch = ShardExchange.norm(norms);
      boolean computable = allFinite(ofUtterances) && Float.isFinite(ofStatistics.getFloat());
      boolean finite = computable && Float.isFinite(ofBatch);
      boolean overflow = computable && scaled.map(s -> s.add(finite)).orElse(false);
      recomputed |= batch.recomputed();
      if (batches == 0) {
        norm = ofBatch;
      }
      if (!finite) {
        skippedLosses = joined(skippedLosses, ofUtterances);
      } else {
        kept = batches == 0;
        include(batch);
        losses = joined(losses, ofUtterances);
      }
      return new BatchResult(ofUtterances, !finite, overflow, batch.recomputed());
    } finally {
      if (!kept) {
        batch.close();
      }
    }
  }

  private void include(BatchGradients batch) {
    if (batches == 0) {
      sum = Optional.of(batch);
    } else {
      exchange.add(gradients(), batch.gradients());
      lists.assign(sum.orElseThrow().statistics(), batch.statistics());
    }
    batches++;
  }

  /** Waits for the devices. */
  private static float[] onHost(List<NDArray> shares) {
    float[] values = {};
    for (NDArray share : shares) {
      values = joined(values, share.toFloatArray());
    }
    return values;
  }

  private static float[] joined(float[] first, float[] second) {
    float[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** Returns true if there is no sum: no batch was added, or all were skipped. */
  boolean isEmpty() {
    return batches == 0;
  }

  /** Returns the norm of the sum; if there is none, that of the last batch, which was skipped. */
  float norm() {
    return batches > 1 ? ShardExchange.norm(exchange.norms(sum.orElseThrow())) : norm;
  }

  /** Returns the sum of the gradients, for each slice of the shard of every device. */
  List<List<NDArray>> gradients() {
    return sum.orElseThrow().gradients();
  }

  /** Returns the running statistics after the batches; empty if there is none. */
  Optional<List<NDArray>> statistics() {
    return sum.map(BatchGradients::statistics);
  }

  /**
   * Returns the result of the step.
   *
   * @param taken false if it was skipped
   */
  StepResult result(float norm, boolean taken) {
    boolean overflow = scaled.map(s -> s.end(norm)).orElse(false);
    return new StepResult(
        isEmpty() ? skippedLosses : losses,
        norm,
        !taken,
        !taken && overflow,
        recomputed,
        exchange.takeBytesReceived());
  }

  /** Forgets the batches. */
  @Override
  public void close() {
    sum.ifPresent(BatchGradients::close);
    sum = Optional.empty();
    batches = 0;
    losses = new float[0];
    skippedLosses = new float[0];
    recomputed = false;
    scaled.ifPresent(ScaledStep::clear);
  }
}
