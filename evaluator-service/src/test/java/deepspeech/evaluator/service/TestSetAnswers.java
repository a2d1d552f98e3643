package deepspeech.evaluator.service;

import deepspeech.evaluator.evaluation.TestData;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.testing.service.DataPrepDouble;
import java.util.Map;

/** Answers every request with the batches of {@link TestData}, whatever the run. */
final class TestSetAnswers implements DataPrepDouble.Behaviour {
  private volatile String manifest;

  /** Every request for a batch of a data set that was described before is refused from now on. */
  void changeManifest(String hash) {
    manifest = hash;
  }

  @Override
  public void answer(FeatureRequest request, int asked, DataPrepDouble replies) {
    if (request instanceof FeatureRequest.Description dataSet) {
      replies.describe(request, description(dataSet));
    } else if (request instanceof FeatureRequest.Batch batch) {
      if (manifest != null && !batch.fingerprint().startsWith(manifest)) {
        replies.refuse(request, "manifest.test has changed since the data set was described");
      } else {
        replies.send(request, TestData.batch(request.run(), batch.batch(), batch.fingerprint()));
      }
    }
  }

  private DataSetDescription description(FeatureRequest.Description request) {
    return manifest == null
        ? TestData.description(request.run(), request.requestId())
        : TestData.description(
            request.run(),
            request.requestId(),
            manifest.repeat(64).substring(0, 64),
            Map.of("manifest", manifest));
  }
}
