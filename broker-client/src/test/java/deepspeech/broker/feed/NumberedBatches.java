package deepspeech.broker.feed;

import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.testing.service.DataPrepDouble;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Data sets of four batches an epoch; the contents of a batch are a function of its key. */
final class NumberedBatches {
  private static final int BATCHES = 4;
  private static final String FINGERPRINT = "f".repeat(64);

  private NumberedBatches() {}

  /** Answers everything at once and as it should be. */
  static DataPrepDouble.Behaviour prompt() {
    return (request, asked, replies) -> answer(request, replies);
  }

  /** Answers as data-prep does. */
  static void answer(FeatureRequest request, DataPrepDouble replies) {
    if (request instanceof FeatureRequest.Description dataSet) {
      replies.describe(dataSet, description(dataSet));
    } else if (request instanceof FeatureRequest.Batch batch) {
      replies.send(batch, batch(key(batch)));
    }
  }

  private static DataSetDescription description(FeatureRequest.Description request) {
    int[] batches = new int[request.epochs()];
    Arrays.fill(batches, BATCHES);
    return new DataSetDescription(
        request.run(),
        request.split(),
        request.requestId(),
        new DataSetVersion(FINGERPRINT, Map.of("manifest", "0".repeat(64))),
        new UtteranceCounts(10, Map.of(), 0),
        new PlannedBatches(batches, new BatchShape(3, 100, 4)),
        List.of(),
        List.of("<blank>", "a"),
        new FeatureStatistics(
            new double[FeatureBatch.BINS], new double[FeatureBatch.BINS], new byte[] {1, 2, 3}));
  }

  /** The batch of a key: some have one part, some have three. */
  static FeatureBatch batch(BatchKey key) {
    int utterances = 3;
    int frames = key.batch() % 3 == 1 ? 2000 : 20;
    short[] features = new short[utterances * frames * FeatureBatch.BINS];
    Arrays.fill(features, (short) (key.epoch() * 1000 + key.batch()));
    long first = key.batch() * 10L + 1;
    return new FeatureBatch(
        key,
        features,
        new int[] {frames, frames, frames},
        new int[] {1, 1, 2},
        new int[] {1, 2, 0},
        new long[] {first, first + 1, first + 2},
        List.of("a", "bb", ""),
        List.of());
  }

  /** The parts of the batch that is asked for. */
  static List<FeatureBatchPart> parts(FeatureRequest.Batch request) {
    return FeatureBatchCodec.encode(batch(key(request)));
  }

  private static BatchKey key(FeatureRequest.Batch request) {
    return new BatchKey(
        request.run(), request.split(), request.fingerprint(), request.epoch(), request.batch());
  }
}
