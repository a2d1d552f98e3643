package deepspeech.benchmark.learning;

import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.evaluator.decoding.GreedyDecoder;
import deepspeech.evaluator.decoding.UtteranceLogProbabilities;
import deepspeech.evaluator.scoring.CorpusScore;
import deepspeech.messages.features.FeatureBatch;
import java.nio.FloatBuffer;
import java.util.List;

/** The test CER of a model in training, decoded and scored as in the evaluator. */
record TestSetScore(List<FeatureBatch> batches, List<String> vocabulary) {
  double cer(TrainableModel model) {
    GreedyDecoder decoder = new GreedyDecoder(vocabulary);
    CorpusScore score = new CorpusScore();
    int tokens = vocabulary.size();
    for (FeatureBatch batch : batches) {
      var output = model.logProbabilities(RaggedBatch.of(batch));
      FloatBuffer values = FloatBuffer.wrap(output.values().toFloats());
      int utteranceValues = values.remaining() / batch.size();
      for (int u = 0; u < batch.size(); u++) {
        int frames = output.frames()[u];
        var unused =
            score.add(
                batch.texts().get(u),
                decoder.decode(
                    new UtteranceLogProbabilities(
                        values.slice(u * utteranceValues, frames * tokens), frames, tokens)));
      }
    }
    return score.counts().cer();
  }
}
