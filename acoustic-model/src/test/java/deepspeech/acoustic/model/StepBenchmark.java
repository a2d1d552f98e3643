package deepspeech.acoustic.model;

import deepspeech.messages.tensor.Tensor;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Prints the seconds of a training step: a warm-up step, then the fastest and the median of those
 * that follow.
 *
 * <pre>
 * mvn -q -pl trainer-service -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp trainer-service/target/test-classes:trainer-service/target/classes:$(cat trainer-service/target/classpath) \
 *   deepspeech.acoustic.model.StepBenchmark
 * </pre>
 *
 * <p>Arguments, all optional: utterances in a batch (16), frames of the longest one (300, three
 * seconds; the shortest has half of it), steps (10), then GRU layers × units (2x128 3x1024), each
 * of them with frozen layers behind a colon if there are any (3x1024:conv.0,conv.1).
 */
public final class StepBenchmark {
  private static final int VOCABULARY = 30;

  private StepBenchmark() {}

  /** Runs the benchmark; see the class. */
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    int utterances = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 16;
    int longest = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 300;
    int steps = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
    String[] sizes =
        arguments.length > 3
            ? Arrays.copyOfRange(arguments, 3, arguments.length)
            : new String[] {"2x128", "3x1024"};
    RaggedBatch batch = batch(utterances, longest);
    for (String size : sizes) {
      String[] sizeAndFrozen = size.split(":", 2);
      String[] parts = sizeAndFrozen[0].split("x", 2);
      FrozenLayers frozen =
          sizeAndFrozen.length == 1
              ? FrozenLayers.NONE
              : new FrozenLayers(Set.of(sizeAndFrozen[1].split(",", -1)));
      ModelShape shape =
          new ModelShape(2, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), VOCABULARY);
      Map<String, Tensor> parameters = new LinkedHashMap<>();
      shape.parameters().forEach(p -> parameters.put(p.name(), p.initialValues(1)));
      try (TrainableModel model =
          TrainableModel.restore(shape, parameters, Optional.empty(), frozen, Devices.CPU)) {
        model.step(batch, 1e-4);
        double[] seconds = new double[steps];
        for (int i = 0; i < steps; i++) {
          long start = System.nanoTime();
          model.step(batch, 1e-4);
          seconds[i] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(seconds);
        out.printf(
            "GRU %s, %d utterances of %d to %d frames: fastest step %.3f s, median %.3f s%n",
            size, utterances, longest / 2, longest, seconds[0], seconds[steps / 2]);
      }
    }
  }

  private static RaggedBatch batch(int utterances, int longest) {
    Random random = new Random(1);
    int[] frames = new int[utterances];
    for (int i = 0; i < utterances; i++) {
      frames[i] = longest - i * longest / (2 * utterances);
    }
    int total = Arrays.stream(frames).sum();
    float[] features = new float[total * 161];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    int[] labelLengths = Arrays.stream(frames).map(n -> n / 15).toArray();
    int[] labels = random.ints(Arrays.stream(labelLengths).sum(), 1, VOCABULARY).toArray();
    return new RaggedBatch(Tensor.f32(features, total, 161), frames, labels, labelLengths);
  }
}
