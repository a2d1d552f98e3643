package deepspeech.evaluator.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.evaluator.decoding.GreedyDecoder;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {
  private static final List<String> VOCABULARY = List.of("<blank>", "a", "b", " ");
  private static final BatchKey KEY = new BatchKey(new RunId("demo"), Split.TEST, "f", 1, 0);

  @TempDir Path folder;

  @Test
  void everyUtteranceOfARaggedBatchGetsItsOwnLogProbabilities() throws Exception {
    // Given
    Path file = EchoModel.write(folder.resolve("model.onnx"), VOCABULARY);
    List<String> texts = List.of("ab", "b a b a", "", "aab", "bbbbbbbbbb");
    FeatureBatch batch = EchoModel.batch(KEY, VOCABULARY, 1, texts, texts, List.of());
    GreedyDecoder decoder = new GreedyDecoder(VOCABULARY);
    List<String> recognised = new ArrayList<>(Collections.nCopies(texts.size(), null));

    // When
    try (OnnxModel model = OnnxModel.load(file, 1)) {
      model.forEachUtterance(
          batch,
          (logProbabilities, utterance) -> {
            assertThat(recognised.get(utterance)).isNull();
            assertThat(logProbabilities.frames()).isEqualTo(batch.frames()[utterance] / 3);
            recognised.set(utterance, decoder.decode(logProbabilities));
          });
    }

    // Then
    assertThat(recognised).isEqualTo(texts);
  }

  @Test
  void theVocabularyComesFromTheModel() throws Exception {
    // Given
    Path file = EchoModel.write(folder.resolve("model.onnx"), VOCABULARY);

    // When
    try (OnnxModel model = OnnxModel.load(file, 1)) {

      // Then
      assertThat(model.vocabulary()).isEqualTo(VOCABULARY);
    }
  }

  @Test
  void aVocabularyInAsciiCountsMoreSinceTheRuntimeGarblesCharactersBeyondTheFirstPlane()
      throws Exception {
    // Given
    String lift = Character.toString(0x282CB);
    Path file =
        EchoModel.write(
            folder.resolve("model.onnx"),
            3,
            Map.of(
                "vocabulary",
                "<blank>\na\n" + lift,
                "vocabulary_json",
                "[\"<blank>\",\"a\",\"\\ud860\\udecb\"]"));

    // When
    try (OnnxModel model = OnnxModel.load(file, 1)) {

      // Then
      assertThat(model.vocabulary()).containsExactly("<blank>", "a", lift);
    }
  }

  @Test
  void aVocabularyThatIsNoArrayOfTextsIsRefused() throws Exception {
    // Given
    Path file =
        EchoModel.write(
            folder.resolve("model.onnx"), 3, Map.of("vocabulary_json", "[\"<blank>\",null]"));

    // When, Then
    assertThatThrownBy(() -> OnnxModel.load(file, 1))
        .isInstanceOf(UnusableModelException.class)
        .hasMessageStartingWith(
            file + ": vocabulary_json in the model's metadata is not an array of strings");
  }

  @Test
  void aModelCanBeLoadedAgainAfterItWasClosed() throws Exception {
    // Given
    Path file = EchoModel.write(folder.resolve("model.onnx"), VOCABULARY);
    FeatureBatch batch = EchoModel.batch(KEY, VOCABULARY, 1, List.of("a"), List.of("a"), List.of());

    for (int round = 0; round < 3; round++) {
      // When
      List<Integer> seen = new ArrayList<>();
      try (OnnxModel model = OnnxModel.load(file, 2)) {
        model.forEachUtterance(batch, (logProbabilities, utterance) -> seen.add(utterance));
      }

      // Then
      assertThat(seen).containsExactly(0);
    }
  }

  @Test
  void aFileThatIsNoModelIsRefusedInOneLine() throws Exception {
    // Given
    Path file = Files.writeString(folder.resolve("model.onnx"), "no model at all");

    // When, Then
    assertThatThrownBy(() -> OnnxModel.load(file, 1))
        .isInstanceOf(UnusableModelException.class)
        .hasMessageStartingWith(file.toString())
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aMissingFileIsNamed() {
    // Given
    Path file = folder.resolve("model.onnx");

    // When, Then
    assertThatThrownBy(() -> OnnxModel.load(file, 1))
        .isInstanceOf(UnusableModelException.class)
        .hasMessage(file + ": no such file");
  }

  @Test
  void aModelWithoutVocabularyIsRefused() throws Exception {
    // Given
    Path file = EchoModel.write(folder.resolve("model.onnx"), 4, Map.of());

    // When, Then
    assertThatThrownBy(() -> OnnxModel.load(file, 1))
        .isInstanceOf(UnusableModelException.class)
        .hasMessage(file + ": no vocabulary in the model's metadata");
  }

  @Test
  void aModelOfOtherOutputsThanItsVocabularyIsRefused() throws Exception {
    // Given
    Path file =
        EchoModel.write(folder.resolve("model.onnx"), 3, Map.of("vocabulary", "<blank>\na"));
    FeatureBatch batch = EchoModel.batch(KEY, VOCABULARY, 1, List.of("a"), List.of("a"), List.of());

    // When, Then
    try (OnnxModel model = OnnxModel.load(file, 1)) {
      assertThatThrownBy(() -> model.forEachUtterance(batch, (values, utterance) -> {}))
          .isInstanceOf(UnusableModelException.class)
          .hasMessageContaining("2 tokens");
    }
  }
}
