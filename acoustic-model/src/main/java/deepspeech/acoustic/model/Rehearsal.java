package deepspeech.acoustic.model;

import deepspeech.messages.features.BatchShape;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * Computes the gradients of made-up batches as a step does, and discards them.
 *
 * @param devices the number of devices that share a batch
 * @param gradients computes the gradient of the shares of the first, second, ... device
 */
record Rehearsal(
    int devices,
    int vocabularySize,
    ShardExchange exchange,
    Function<List<RaggedBatch>, BatchGradients> gradients) {
  /**
   * Computes batches in a row, of which the gradients of all but the last are held meanwhile.
   *
   * @param shape of each batch
   * @param batches from 1
   * @return true if one fits into memory only with recomputation
   */
  boolean recomputes(BatchShape shape, int batches) {
    int pieces = Math.min(devices, shape.utterances());
    int utterances = (shape.utterances() + pieces - 1) / pieces;
    RaggedBatch share =
        RaggedBatch.madeUp(utterances, shape.frames(), shape.labels(), vocabularySize);
    try (BatchGradients computed = gradients.apply(Collections.nCopies(pieces, share))) {
      float unused = ShardExchange.norm(exchange.norms(computed));
      boolean later = batches > 1 && recomputes(shape, batches - 1);
      return computed.recomputed() || later;
    }
  }
}
