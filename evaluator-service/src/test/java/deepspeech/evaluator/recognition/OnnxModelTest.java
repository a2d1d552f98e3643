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
  void everyUtteranceOfRaggedBatchesGetsItsOwnLogProbabilities() throws Exception {
    // Given
    Path file = EchoModel.write(folder.resolve("model.onnx"), VOCABULARY);
    List<List<String>> texts =
        List.of(List.of("ab", "b a b a", "", "aab", "bbbbbbbbbb"), List.of("a", "ba", "b a b a"));
    List<FeatureBatch> batches =
        texts.stream()
            .map(batch -> EchoModel.batch(KEY, VOCABULARY, 1, batch, batch, List.of()))
            .toList();
    GreedyDecoder decoder = new GreedyDecoder(VOCABULARY);
    List<List<String>> recognised =
        texts.stream()
            .<List<String>>map(batch -> new ArrayList<>(Collections.nCopies(batch.size(), null)))
            .toList();

    // When
    try (OnnxModel model = OnnxModel.load(file, ComputeDevice.cpu(1))) {
      model.forEachUtterance(
          batches,
          (logProbabilities, batch, utterance) -> {
            assertThat(recognised.get(batch).get(utterance)).isNull();
            assertThat(logProbabilities.frames())
                .isEqualTo(batches.get(batch).frames()[utterance] / 3);
            recognised.get(batch).set(utterance, decoder.decode(logProbabilities));
          });
    }

    // Then
    assertThat(recognised).isEqualTo(texts);
  }

  @Test
  void anInterruptEndsTheWorkBeforeTheNextGroupOfUtterances() throws Exception {
    // Given
    Path file = EchoModel.write(folder.resolve("model.onnx"), VOCABULARY);
    List<String> texts = List.of("ab", "a");
    FeatureBatch batch = EchoModel.batch(KEY, VOCABULARY, 1, texts, texts, List.of());

    // When
    try (OnnxModel model = OnnxModel.load(file, ComputeDevice.cpu(1))) {
      Thread.currentThread().interrupt();
      var thrown =
          assertThatThrownBy(() -> model.forEachUtterance(List.of(batch), (values, b, u) -> {}));

      // Then
      thrown.isInstanceOf(InterruptedException.class);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @Test
  void theVocabularyComesFromTheModel() throws Exception {
    // Given
    Path file = EchoModel.write(folder.resolve("model.onnx"), VOCABULARY);

    // When
    try (OnnxModel model = OnnxModel.load(file, ComputeDevice.cpu(1))) {

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
    try (OnnxModel model = OnnxModel.load(file, ComputeDevice.cpu(1))) {

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
    assertThatThrownBy(() -> OnnxModel.load(file, ComputeDevice.cpu(1)))
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
      try (OnnxModel model = OnnxModel.load(file, ComputeDevice.cpu(2))) {
        model.forEachUtterance(
            List.of(batch), (logProbabilities, b, utterance) -> seen.add(utterance));
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
    assertThatThrownBy(() -> OnnxModel.load(file, ComputeDevice.cpu(1)))
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
    assertThatThrownBy(() -> OnnxModel.load(file, ComputeDevice.cpu(1)))
        .isInstanceOf(UnusableModelException.class)
        .hasMessage(file + ": no such file");
  }

  @Test
  void aModelWithoutVocabularyIsRefused() throws Exception {
    // Given
    Path file = EchoModel.write(folder.resolve("model.onnx"), 4, Map.of());

    // When, Then
    assertThatThrownBy(() -> OnnxModel.load(file, ComputeDevice.cpu(1)))
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
    try (OnnxModel model = OnnxModel.load(file, ComputeDevice.cpu(1))) {
      assertThatThrownBy(() -> model.forEachUtterance(List.of(batch), (values, b, utterance) -> {}))
          .isInstanceOf(UnusableModelException.class)
          .hasMessageContaining("2 tokens");
    }
  }
}
