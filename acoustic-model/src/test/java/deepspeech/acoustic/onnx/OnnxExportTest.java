package deepspeech.acoustic.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxExportTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir Path folder;

  static Stream<ModelShape> shapes() {
    return Stream.of(
        new ModelShape(1, 1, 5, 3),
        new ModelShape(2, 1, 16, 12),
        new ModelShape(2, 3, 24, 30),
        new ModelShape(3, 2, 33, 7));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void theExportedModelComputesWhatTheFormulasSayForUtterancesOfUnequalLengths(ModelShape shape)
      throws Exception {
    // Given
    RandomModel model = new RandomModel(shape, 1);
    ReferenceForward reference = new ReferenceForward(model);
    List<float[][]> utterances =
        Stream.of(31, 4, 57, 1, 56, 30, 2, 3).map(model::utterance).toList();

    // When
    OnnxSession.Output output;
    try (OnnxSession session = new OnnxSession(export(model))) {
      output = session.run(utterances, 0);
    }

    // Then
    assertThat(output.outputFrames()).containsExactly(11L, 2L, 19L, 1L, 19L, 10L, 1L, 1L);
    for (int b = 0; b < utterances.size(); b++) {
      assertClose(output.logProbabilities().get(b), reference.logProbabilities(utterances.get(b)));
    }
  }

  @Test
  void anUtteranceAloneGivesWhatItGivesInABatch() throws Exception {
    // Given
    RandomModel model = new RandomModel(new ModelShape(2, 2, 32, 20), 2);
    List<float[][]> utterances = Stream.of(80, 23, 151, 7).map(model::utterance).toList();

    // When
    try (OnnxSession session = new OnnxSession(export(model))) {
      OnnxSession.Output batch = session.run(utterances, 0);

      // Then
      for (int b = 0; b < utterances.size(); b++) {
        OnnxSession.Output alone = session.run(List.<float[][]>of(utterances.get(b)), 0);
        assertThat(alone.logProbabilities().get(0))
            .hasNumberOfRows(batch.outputFrames().get(b).intValue());
        assertClose(batch.logProbabilities().get(b), doubles(alone.logProbabilities().get(0)));
      }
    }
  }

  @Test
  void whatStandsInThePaddingHasNoInfluence() throws Exception {
    // Given
    RandomModel model = new RandomModel(new ModelShape(2, 1, 16, 8), 3);
    List<float[][]> utterances = Stream.of(40, 12, 25).map(model::utterance).toList();

    // When
    try (OnnxSession session = new OnnxSession(export(model))) {
      OnnxSession.Output zeros = session.run(utterances, 0);
      OnnxSession.Output notNumbers = session.run(utterances, Float.NaN);

      // Then
      for (int b = 0; b < utterances.size(); b++) {
        for (int t = 0; t < zeros.outputFrames().get(b); t++) {
          assertThat(notNumbers.logProbabilities().get(b)[t])
              .containsExactly(zeros.logProbabilities().get(b)[t]);
        }
      }
    }
  }

  @Test
  void theFileCarriesVocabularyNormalisationAndProvenance() throws Exception {
    // Given
    RandomModel model = new RandomModel(new ModelShape(1, 1, 4, 3), 4);
    OnnxMetadata metadata = model.metadata();
    Path file = folder.resolve("model.onnx");

    // When
    new OnnxExport(model.shape, metadata).write(file, model.parameters);

    // Then
    try (OnnxSession session = new OnnxSession(file)) {
      assertThat(session.metadata())
          .containsEntry("vocabulary", "<blank>\na\nb")
          .containsEntry("run", "demo")
          .containsEntry("checkpoint", "epoch-0001")
          .containsEntry("mean", Arrays.toString(metadata.mean()).replace(" ", ""))
          .containsEntry("std", Arrays.toString(metadata.std()).replace(" ", ""));
    }
  }

  @Test
  void aMissingParameterIsNamed() {
    // Given
    RandomModel model = new RandomModel(new ModelShape(1, 1, 4, 3), 5);
    model.parameters.remove("rnn.0.bias_hh_reverse");

    // When, Then
    assertThatThrownBy(() -> export(model))
        .hasMessage("rnn.0.bias_hh_reverse: \"nothing\" given, allowed: F32 [12]");
  }

  @Test
  void aParameterOfAnotherShapeIsNamed() {
    // Given
    RandomModel model = new RandomModel(new ModelShape(1, 1, 4, 3), 6);
    model.parameters.put("output.bias", Tensor.f32(new float[4], 4));

    // When, Then
    assertThatThrownBy(() -> export(model))
        .hasMessage("output.bias: \"F32 [4]\" given, allowed: F32 [3]");
  }

  @Test
  void aVocabularyOfAnotherSizeThanTheModelIsRefused() {
    // Given
    RandomModel model = new RandomModel(new ModelShape(1, 1, 4, 3), 7);

    // When, Then
    assertThatThrownBy(() -> new OnnxExport(new ModelShape(1, 1, 4, 5), model.metadata()))
        .hasMessage("vocabulary: \"3 tokens\" given, allowed: 5 as in the model");
  }

  private Path export(RandomModel model) throws Exception {
    Path file = folder.resolve("model.onnx");
    new OnnxExport(model.shape, model.metadata()).write(file, model.parameters);
    return file;
  }

  /** Compares as many frames as the expected have; further ones are padding. */
  private static void assertClose(float[][] actual, double[][] expected) {
    for (int t = 0; t < expected.length; t++) {
      for (int token = 0; token < expected[t].length; token++) {
        assertThat((double) actual[t][token])
            .as("frame %d, token %d", t, token)
            .isCloseTo(expected[t][token], within(TOLERANCE));
      }
    }
  }

  private static double[][] doubles(float[][] values) {
    double[][] doubles = new double[values.length][values[0].length];
    for (int t = 0; t < values.length; t++) {
      for (int k = 0; k < values[t].length; k++) {
        doubles[t][k] = values[t][k];
      }
    }
    return doubles;
  }
}
