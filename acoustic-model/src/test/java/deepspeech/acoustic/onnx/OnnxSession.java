package deepspeech.acoustic.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A model file in ONNX Runtime. */
final class OnnxSession implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxSession(Path file) throws OrtException {
    session = environment.createSession(file.toString());
  }

  /** What ONNX Runtime computes for a batch. */
  record Output(List<float[][]> logProbabilities, List<Long> outputFrames) {}

  /** Runs a batch whose padding has the given value. */
  Output run(List<float[][]> utterances, float padding) throws OrtException {
    int time = utterances.stream().mapToInt(u -> u.length).max().orElseThrow();
    float[][][] features = new float[utterances.size()][time][161];
    for (int b = 0; b < features.length; b++) {
      for (float[] frame : features[b]) {
        Arrays.fill(frame, padding);
      }
      System.arraycopy(utterances.get(b), 0, features[b], 0, utterances.get(b).length);
    }
    long[] frames = utterances.stream().mapToLong(u -> u.length).toArray();
    try (OnnxTensor featureTensor = OnnxTensor.createTensor(environment, features);
        OnnxTensor frameTensor = OnnxTensor.createTensor(environment, frames);
        OrtSession.Result result =
            session.run(Map.of("features", featureTensor, "frames", frameTensor))) {
      return new Output(
          List.of((float[][][]) result.get("log_probabilities").orElseThrow().getValue()),
          Arrays.stream((long[]) result.get("output_frames").orElseThrow().getValue())
              .boxed()
              .toList());
    }
  }

  Map<String, String> metadata() throws OrtException {
    return session.getMetadata().getCustomMetadata();
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
