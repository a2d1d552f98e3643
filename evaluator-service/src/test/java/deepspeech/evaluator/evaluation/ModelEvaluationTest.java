package deepspeech.evaluator.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.broker.trace.Tracing;
import deepspeech.evaluator.recognition.EchoModel;
import deepspeech.evaluator.recognition.UnusableModelException;
import deepspeech.evaluator.scoring.EditCounts;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.evaluation.SampleTranscript;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelEvaluationTest {
  @TempDir Path folder;

  private final ModelEvaluation modelEvaluation = new ModelEvaluation(10, 1, Tracing.off());

  @Test
  void allBatchesAreScoredTogether() throws Exception {
    // Given
    Path model = EchoModel.write(folder.resolve("model.onnx"), TestData.VOCABULARY);

    // When
    TestResult result = modelEvaluation.run(model, testSet());

    // Then
    assertThat(result.cer()).isCloseTo(TestData.CER, within(1e-12));
    assertThat(result.wer()).hasValueCloseTo(TestData.WER, within(1e-12));
    assertThat(result.utterances()).isEqualTo(3);
    assertThat(result.skipped()).isEqualTo(2);
    assertThat(result.referenceCharacters()).isEqualTo(9);
    assertThat(result.edits()).isEqualTo(new EditCounts(1, 0, 2));
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
    assertThatThrownBy(() -> modelEvaluation.run(model, testSet()))
        .isInstanceOf(UnusableModelException.class)
        .hasMessage(
            "label 2 is \"x\" in the model's vocabulary and \"b\" in the vocabulary of the test labels");
  }

  @Test
  void aModelOfASmallerVocabularyIsRefused() throws Exception {
    // Given
    Path model = EchoModel.write(folder.resolve("model.onnx"), List.of("<blank>", "a"));

    // When, Then
    assertThatThrownBy(() -> modelEvaluation.run(model, testSet()))
        .isInstanceOf(UnusableModelException.class)
        .hasMessage("the model's vocabulary has 2 tokens, the vocabulary of the test labels 5");
  }

  @Test
  void aTestSetWithoutUtterancesHasNoResult() throws Exception {
    // Given
    Path model = EchoModel.write(folder.resolve("model.onnx"), TestData.VOCABULARY);
    InMemoryTestSet empty = new InMemoryTestSet(TestData.description(TestData.RUN, "r"), List.of());

    // When, Then
    assertThatThrownBy(() -> modelEvaluation.run(model, empty))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("0 utterances");
  }

  private static InMemoryTestSet testSet() {
    return new InMemoryTestSet(TestData.description(TestData.RUN, "r"), TestData.batches());
  }
}
