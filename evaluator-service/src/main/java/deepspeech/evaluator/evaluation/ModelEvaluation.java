package deepspeech.evaluator.evaluation;

import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.evaluator.decoding.GreedyDecoder;
import deepspeech.evaluator.recognition.OnnxModel;
import deepspeech.evaluator.recognition.UnusableModelException;
import deepspeech.evaluator.scoring.CorpusScore;
import deepspeech.evaluator.scoring.EditCounts;
import deepspeech.evaluator.scoring.TranscriptSamples;
import deepspeech.evaluator.testset.TestSet;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.evaluation.SampleTranscript;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import io.opentelemetry.api.trace.SpanBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Runs a model on a test set and compares the recognised texts with the texts of the manifest. A
 * character that is not in the vocabulary counts like any other, although the model always gets it
 * wrong.
 */
public final class ModelEvaluation {
  private final int samples;
  private final int threads;
  private final Tracing tracing;

  /**
   * Creates an evaluation with settings for all tests.
   *
   * @param samples number of transcripts to show, from 0
   * @param threads number of threads that share the computation, from 1
   * @param tracing records inference and scoring of each batch in the current trace
   */
  public ModelEvaluation(int samples, int threads, Tracing tracing) {
    this.samples = samples;
    this.threads = threads;
    this.tracing = tracing;
  }

  /**
   * Runs a model on the whole test set.
   *
   * @throws UnusableModelException if the model cannot be run, or if its vocabulary differs from
   *     that of the test labels
   * @throws InvalidMessageException if the test set has nothing left to score
   */
  public TestResult run(Path modelFile, TestSet testSet) throws InterruptedException {
    try (OnnxModel model = OnnxModel.load(modelFile, threads)) {
      DataSetDescription description = testSet.description();
      requireSameVocabulary(model.vocabulary(), description.vocabulary());
      Scoring scoring = new Scoring(model);
      int skipped = description.skipped().values().stream().mapToInt(Integer::intValue).sum();
      Optional<FeatureBatch> batch = testSet.next();
      while (batch.isPresent()) {
        scoring.add(batch.get());
        skipped += batch.get().skipped().size();
        batch = testSet.next();
      }
      return scoring.result(skipped);
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

    Scoring(OnnxModel model) {
      this.model = model;
      this.decoder = new GreedyDecoder(model.vocabulary());
    }

    void add(FeatureBatch batch) {
      String[] hypotheses = new String[batch.size()];
      tracing.run(
          span("infer batch", batch),
          () ->
              model.forEachUtterance(
                  batch,
                  (logProbabilities, utterance) ->
                      hypotheses[utterance] = decoder.decode(logProbabilities)));
      tracing.run(span("score batch", batch), () -> score(batch, hypotheses));
    }

    private SpanBuilder span(String name, FeatureBatch batch) {
      return tracing
          .span(name)
          .setAttribute(SpanAttributes.BATCH, (long) batch.key().batch())
          .setAttribute(SpanAttributes.UTTERANCES, (long) batch.size());
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

    TestResult result(int skipped) {
      return new TestResult(
          score.cer(),
          score.wer(),
          score.utterances(),
          skipped,
          score.referenceCharacters(),
          score.characterEdits(),
          transcripts.chosen());
    }
  }
}
