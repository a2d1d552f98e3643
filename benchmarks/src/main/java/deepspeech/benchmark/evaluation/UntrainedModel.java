package deepspeech.benchmark.evaluation;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.Parameter;
import deepspeech.acoustic.onnx.OnnxExport;
import deepspeech.acoustic.onnx.OnnxMetadata;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model of a run that has not trained: initial weights. */
final class UntrainedModel {
  private UntrainedModel() {}

  /**
   * Writes {@code model.onnx}.
   *
   * @param layers number of GRU layers
   * @param units size of each
   */
  static void write(Path file, int layers, int units, List<String> vocabulary) throws IOException {
    ModelShape shape = new ModelShape(2, layers, units, vocabulary.size());
    double[] ones = new double[FeatureBatch.BINS];
    Arrays.fill(ones, 1);
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (Parameter parameter : shape.parameters()) {
      parameters.put(parameter.name(), parameter.initialValues(1));
    }
    new OnnxExport(
            shape, new OnnxMetadata(vocabulary, new double[FeatureBatch.BINS], ones, Map.of()))
        .write(file, parameters);
  }
}
