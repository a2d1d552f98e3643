package deepspeech.evaluator.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.broker.trace.Tracing;
import deepspeech.evaluator.recognition.ComputeDevice;
import deepspeech.evaluator.recognition.EchoModel;
import deepspeech.evaluator.recognition.UnusableModelException;
import deepspeech.evaluator.scoring.CorpusCounts;
import deepspeech.evaluator.scoring.EditCounts;
import deepspeech.evaluator.scoring.UnitCounts;
import deepspeech.evaluator.sharing.TestCounts;
import deepspeech.messages.evaluation.SampleTranscript;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelEvaluationTest {
  @TempDir Path folder;

  private final ModelEvaluation modelEvaluation =
      new ModelEvaluation(10, ComputeDevice.cpu(1), Tracing.off());

  @Test
  void allBatchesAreScoredTogether() throws Exception {
    // Given
    Path model = EchoModel.write(folder.resolve("model.onnx"), TestData.VOCABULARY);

    // When
    TestCounts result = score(model, testSet());

    // Then
    CorpusCounts corpus = result.corpus();
    assertThat(corpus.cer()).isCloseTo(TestData.CER, within(1e-12));
    assertThat(corpus.wer()).hasValueCloseTo(TestData.WER, within(1e-12));
    assertThat(corpus.utterances()).isEqualTo(3);
    assertThat(result.skipped()).isEqualTo(1);
    assertThat(corpus.characters()).isEqualTo(new UnitCounts(new EditCounts(1, 0, 2), 9));
    assertThat(result.samples())
        .containsExactly(
            new SampleTranscript(1, "ab", "ab", 0),
            new SampleTranscript(2, "a c", "a b", 1),
            new SampleTranscript(4, "ab c", "ab", 2));
  }

  @Test
  void aModelOfAnotherVocabularyIsNamedByTheFirstLabelThatDiffers() throws Exception {
    // Given
    Path model =
        EchoModel.write(folder.resolve("model.onnx"), List.of("<blank>", "a", "x", "c", " "));

    // When, Then
    assertThatThrownBy(() -> score(model, testSet()))
        .isInstanceOf(UnusableModelException.class)
        .hasMessage(
            "label 2 is \"x\" in the model's vocabulary and \"b\" in the vocabulary of the test labels");
  }

  @Test
  void aModelOfASmallerVocabularyIsRefused() throws Exception {
    // Given
    Path model = EchoModel.write(folder.resolve("model.onnx"), List.of("<blank>", "a"));

    // When, Then
    assertThatThrownBy(() -> score(model, testSet()))
        .isInstanceOf(UnusableModelException.class)
        .hasMessage("the model's vocabulary has 2 tokens, the vocabulary of the test labels 5");
  }

  private TestCounts score(Path model, InMemoryTestSet testSet) throws InterruptedException {
    try (ModelEvaluation.LoadedModel loaded = modelEvaluation.load(model)) {
      return loaded.score(testSet);
    }
  }

  private static InMemoryTestSet testSet() {
    return new InMemoryTestSet(TestData.description(TestData.RUN, "r"), TestData.batches());
  }
}
