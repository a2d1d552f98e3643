package deepspeech.evaluator.evaluation;

import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.evaluator.decoding.GreedyDecoder;
import deepspeech.evaluator.recognition.ComputeDevice;
import deepspeech.evaluator.recognition.OnnxModel;
import deepspeech.evaluator.recognition.UnusableModelException;
import deepspeech.evaluator.scoring.CorpusScore;
import deepspeech.evaluator.scoring.EditCounts;
import deepspeech.evaluator.scoring.TranscriptSamples;
import deepspeech.evaluator.sharing.TestCounts;
import deepspeech.evaluator.testset.TestSet;
import deepspeech.messages.evaluation.SampleTranscript;
import deepspeech.messages.features.FeatureBatch;
import io.opentelemetry.api.trace.SpanBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs models on test sets and compares the recognised texts with the texts of the manifest. A
 * character that is not in the vocabulary counts like any other, although the model always gets it
 * wrong.
 */
public final class ModelEvaluation {
  /** More batches would take more memory, and divide no better into groups of a good size. */
  private static final int BATCHES_TOGETHER = 4;

  private final int samples;
  private final ComputeDevice device;
  private final Tracing tracing;

  /**
   * Creates an evaluation with settings for all tests.
   *
   * @param samples number of transcripts to show, from 0
   * @param device computes the models
   * @param tracing records inference and scoring in the current trace
   */
  public ModelEvaluation(int samples, ComputeDevice device, Tracing tracing) {
    this.samples = samples;
    this.device = device;
    this.tracing = tracing;
  }

  /** Number of transcripts to show. */
  int samples() {
    return samples;
  }

  /**
   * Loads a model.
   *
   * @throws UnusableModelException if the file is no usable model
   */
  public LoadedModel load(Path modelFile) {
    return new LoadedModel(OnnxModel.load(modelFile, device));
  }

  /** A model that is ready for tests. */
  public final class LoadedModel implements AutoCloseable {
    private final OnnxModel model;

    private LoadedModel(OnnxModel model) {
      this.model = model;
    }

    /**
     * Runs the model on the batches that a test set delivers next.
     *
     * @throws UnusableModelException if the model cannot be run, or if its vocabulary differs from
     *     that of the test labels
     */
    public TestCounts score(TestSet testSet) throws InterruptedException {
      requireSameVocabulary(model.vocabulary(), testSet.description().vocabulary());
      Scoring scoring = new Scoring(model);
      List<FeatureBatch> batches = next(testSet);
      while (!batches.isEmpty()) {
        scoring.add(batches);
        batches = next(testSet);
      }
      return scoring.result();
    }

    private static List<FeatureBatch> next(TestSet testSet) throws InterruptedException {
      List<FeatureBatch> batches = new ArrayList<>();
      Optional<FeatureBatch> batch = testSet.next();
      while (batch.isPresent()) {
        batches.add(batch.get());
        batch = batches.size() < BATCHES_TOGETHER ? testSet.next() : Optional.empty();
      }
      return batches;
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static void requireSameVocabulary(List<String> model, List<String> labels) {
    if (model.size() != labels.size()) {
      throw new UnusableModelException(
          "the model's vocabulary has %d tokens, the vocabulary of the test labels %d"
              .formatted(model.size(), labels.size()));
    }
    for (int label = 0; label < labels.size(); label++) {
      if (!model.get(label).equals(labels.get(label))) {
        throw new UnusableModelException(
            "label %d is \"%s\" in the model's vocabulary and \"%s\" in the vocabulary of the test labels"
                .formatted(label, model.get(label), labels.get(label)));
      }
    }
  }

  private final class Scoring {
    private final OnnxModel model;
    private final GreedyDecoder decoder;
    private final CorpusScore score = new CorpusScore();
    private final TranscriptSamples transcripts = new TranscriptSamples(samples);
    private int skipped;

    Scoring(OnnxModel model) {
      this.model = model;
      this.decoder = new GreedyDecoder(model.vocabulary());
    }

    void add(List<FeatureBatch> batches) throws InterruptedException {
      List<String[]> hypotheses = batches.stream().map(batch -> new String[batch.size()]).toList();
      tracing.within(
          span("infer batch", batches),
          () -> {
            model.forEachUtterance(
                batches,
                (logProbabilities, batch, utterance) ->
                    hypotheses.get(batch)[utterance] = decoder.decode(logProbabilities));
            return null;
          });
      tracing.run(
          span("score batch", batches),
          () -> {
            for (int i = 0; i < batches.size(); i++) {
              score(batches.get(i), hypotheses.get(i));
              skipped += batches.get(i).skipped().size();
            }
          });
    }

    private SpanBuilder span(String name, List<FeatureBatch> batches) {
      return tracing
          .span(name)
          .setAttribute(SpanAttributes.BATCH, (long) batches.get(0).key().batch())
          .setAttribute(
              SpanAttributes.UTTERANCES, batches.stream().mapToLong(FeatureBatch::size).sum());
    }

    private void score(FeatureBatch batch, String[] hypotheses) {
      for (int utterance = 0; utterance < hypotheses.length; utterance++) {
        String reference = batch.texts().get(utterance);
        EditCounts edits = score.add(reference, hypotheses[utterance]);
        transcripts.offer(
            new SampleTranscript(
                batch.utterances()[utterance],
                reference,
                hypotheses[utterance],
                Math.toIntExact(edits.total())));
      }
    }

    TestCounts result() {
      return new TestCounts(score.counts(), skipped, transcripts.chosen());
    }
  }
}
