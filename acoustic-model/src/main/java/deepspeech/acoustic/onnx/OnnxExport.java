package deepspeech.acoustic.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes a trained DeepSpeech2 model as ONNX (opset 17), as it computes in evaluation mode.
 *
 * <p>Inputs: {@code features} F32 {@code [batch, time, 161]}, normalised, and {@code frames} I64
 * {@code [batch]}, the number of frames of each utterance, 1 to time. Outputs: {@code
 * log_probabilities} F32 {@code [batch, output_time, vocabulary]}, natural logarithms, and {@code
 * output_frames} I64 {@code [batch]}. Feature values after an utterance's last frame have no
 * influence, even if they are NaN. Log probabilities after its last output frame are meaningless.
 */
public final class OnnxExport {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private final ModelShape shape;
  private final OnnxMetadata metadata;

  /**
   * @throws InvalidMessageException if the size of the vocabulary differs from the shape's
   */
  public OnnxExport(ModelShape shape, OnnxMetadata metadata) {
    InvalidMessageException.require(
        metadata.vocabulary().size() == shape.vocabularySize(),
        "vocabulary",
        metadata.vocabulary().size() + " tokens",
        shape.vocabularySize() + " as in the model");
    this.shape = shape;
    this.metadata = metadata;
  }

  /**
   * Writes the model to a file and replaces an existing file.
   *
   * @param parameters the contents of {@code model.safetensors}, which are not copied
   * @throws InvalidMessageException naming a parameter that is missing or of another type or shape
   */
  public void write(Path file, Map<String, Tensor> parameters) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      write(out, parameters);
    }
  }

  /**
   * Writes the model and leaves the stream open.
   *
   * @param parameters the contents of {@code model.safetensors}, which are not copied
   * @throws InvalidMessageException naming a parameter that is missing or of another type or shape
   */
  public void write(OutputStream out, Map<String, Tensor> parameters) throws IOException {
    OnnxGraph graph = new OnnxGraph("DeepSpeech2");
    new DeepSpeechGraph(shape, graph, new CheckedParameters(parameters)).add();
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("deepspeech-pipeline")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
    metadata
        .entries()
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    OnnxStream.write(out, model.build(), graph.build(), graph.initializers());
  }
}
