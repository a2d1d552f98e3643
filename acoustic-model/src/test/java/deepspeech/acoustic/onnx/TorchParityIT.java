package deepspeech.acoustic.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import deepspeech.acoustic.model.BatchLogProbabilities;
import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.messages.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ONNX Runtime computes from the exported file against what PyTorch computes in training. */
@Tag("integration")
class TorchParityIT {
  private static final float TOLERANCE = 1e-4f;

  @TempDir Path folder;

  static Stream<ModelShape> shapes() {
    return Stream.of(
        new ModelShape(1, 1, 16, 12),
        new ModelShape(2, 2, 128, 30),
        new ModelShape(2, 3, 256, 400),
        new ModelShape(3, 1, 64, 12));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void onnxRuntimeGivesPytorchsLogProbabilitiesForUtterancesOfUnequalLengths(ModelShape shape)
      throws Exception {
    // Given
    RandomModel model = new RandomModel(shape, 11);
    List<float[][]> utterances =
        Stream.of(241, 97, 400, 1, 33, 399, 2, 150).map(model::utterance).toList();
    Path file = folder.resolve("model.onnx");
    new OnnxExport(shape, model.metadata()).write(file, model.parameters);

    // When
    BatchLogProbabilities torch;
    try (TrainableModel trained =
        TrainableModel.restore(shape, model.parameters, Optional.empty(), Devices.CPU)) {
      torch = trained.logProbabilities(ragged(utterances));
    }
    OnnxSession.Output onnx;
    try (OnnxSession session = new OnnxSession(file)) {
      onnx = session.run(utterances, 0);
    }

    // Then
    float[] expected = torch.values().toFloats();
    int time = torch.values().shape().get(1).intValue();
    int tokens = shape.vocabularySize();
    for (int b = 0; b < utterances.size(); b++) {
      assertThat(onnx.outputFrames().get(b)).isEqualTo(torch.frames()[b]);
      for (int t = 0; t < torch.frames()[b]; t++) {
        for (int token = 0; token < tokens; token++) {
          float actual = onnx.logProbabilities().get(b)[t][token];
          float wanted = expected[(b * time + t) * tokens + token];
          assertThat(actual)
              .as("utterance %d, frame %d, token %d", b, t, token)
              .isCloseTo(wanted, within(TOLERANCE));
        }
      }
    }
  }

  private static RaggedBatch ragged(List<float[][]> utterances) {
    int[] frames = utterances.stream().mapToInt(utterance -> utterance.length).toArray();
    float[] features = new float[utterances.stream().mapToInt(u -> u.length * 161).sum()];
    int at = 0;
    for (float[][] utterance : utterances) {
      for (float[] frame : utterance) {
        System.arraycopy(frame, 0, features, at, 161);
        at += 161;
      }
    }
    return new RaggedBatch(
        Tensor.f32(features, features.length / 161, 161),
        frames,
        new int[0],
        new int[frames.length]);
  }
}
