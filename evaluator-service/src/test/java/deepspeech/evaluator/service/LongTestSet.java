package deepspeech.evaluator.service;

import deepspeech.evaluator.evaluation.TestData;
import deepspeech.evaluator.recognition.EchoModel;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.identity.Split;
import deepspeech.testing.service.DataPrepDouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Answers requests for a test set of 40 batches, which is 10 ranges, whatever the run. Every third
 * utterance is recognised with one error in two characters. The batches behind a limit are sent
 * when it is lifted.
 */
final class LongTestSet implements DataPrepDouble.Behaviour {
  static final int BATCHES = 40;
  static final int UTTERANCES = 2 * BATCHES;

  private final List<HeldBack> heldBack = new ArrayList<>();
  private int limit = BATCHES;

  private record HeldBack(int batch, Runnable send) {}

  /** The error rate that {@link EchoModel} has: 27 of the 80 utterances have an error. */
  static double cer() {
    return 27.0 / (2 * UTTERANCES);
  }

  /** Holds back all batches from this one on, and sends those before it. */
  synchronized void holdBackFrom(int batch) {
    limit = batch;
    heldBack.removeIf(
        held -> {
          boolean sent = held.batch() < limit;
          if (sent) {
            held.send().run();
          }
          return sent;
        });
  }

  @Override
  public synchronized void answer(FeatureRequest request, int asked, DataPrepDouble replies) {
    if (request instanceof FeatureRequest.Description dataSet) {
      replies.describe(request, description(dataSet));
    } else if (request instanceof FeatureRequest.Batch batch) {
      if (batch.batch() >= limit) {
        heldBack.add(new HeldBack(batch.batch(), () -> send(batch, replies)));
      } else {
        send(batch, replies);
      }
    }
  }

  private static void send(FeatureRequest.Batch request, DataPrepDouble replies) {
    int batch = request.batch();
    BatchKey key = new BatchKey(request.run(), Split.TEST, request.fingerprint(), 1, batch);
    replies.send(
        request,
        EchoModel.batch(
            key,
            TestData.VOCABULARY,
            1 + 2L * batch,
            List.of("ab", "ab"),
            List.of(hypothesis(2 * batch), hypothesis(2 * batch + 1)),
            List.of()));
  }

  private static String hypothesis(int utterance) {
    return utterance % 3 == 0 ? "ac" : "ab";
  }

  private static DataSetDescription description(FeatureRequest.Description request) {
    return new DataSetDescription(
        request.run(),
        Split.TEST,
        request.requestId(),
        new DataSetVersion(TestData.FINGERPRINT, Map.of()),
        new UtteranceCounts(UTTERANCES, Map.of(), 0),
        new PlannedBatches(new int[] {BATCHES}, new BatchShape(2, 100, UTTERANCES)),
        List.of(),
        TestData.VOCABULARY,
        new FeatureStatistics(new double[161], new double[161], new byte[0]));
  }
}
