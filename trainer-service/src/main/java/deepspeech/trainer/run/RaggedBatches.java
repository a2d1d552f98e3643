package deepspeech.trainer.run;

import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.FeatureBatch;
import java.util.Optional;

/** Converts batches for the model, each once, also if the model asks for one ahead. */
final class RaggedBatches {
  private Optional<Ahead> ahead = Optional.empty();

  private record Ahead(BatchKey key, RaggedBatch batch) {}

  /** Returns a batch; the same object as {@link #ahead} returned if it was the last one there. */
  RaggedBatch of(FeatureBatch batch) {
    Optional<RaggedBatch> converted =
        ahead.filter(known -> known.key().equals(batch.key())).map(Ahead::batch);
    ahead = Optional.empty();
    return converted.orElseGet(() -> RaggedBatch.of(batch));
  }

  /** Returns a batch that is going to be needed. */
  RaggedBatch ahead(FeatureBatch batch) {
    RaggedBatch converted = RaggedBatch.of(batch);
    ahead = Optional.of(new Ahead(batch.key(), converted));
    return converted;
  }
}
