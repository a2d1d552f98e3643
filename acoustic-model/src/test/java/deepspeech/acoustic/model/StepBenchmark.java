package deepspeech.acoustic.model;

import com.sun.management.OperatingSystemMXBean;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.tensor.Tensor;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Prints the seconds of a training step, and of the same step with PyTorch's own GRU and its
 * automatic gradient, as an ordinary program has it: after a warm-up step of each, the median of
 * those that follow, and the ratio. In brackets is the processor time of all threads, which depends
 * less on what else the machine does, but does not contain what threads wait for each other. All
 * models take their steps in turns.
 *
 * <pre>
 * mvn -q -pl trainer-service -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp trainer-service/target/test-classes:trainer-service/target/classes:$(cat trainer-service/target/classpath) \
 *   deepspeech.acoustic.model.StepBenchmark
 * </pre>
 *
 * <p>Arguments, all optional: utterances in a batch (16), frames of the longest one (300, three
 * seconds; the shortest has half of it), steps (10), then models as GRU layers × units (2x128
 * 3x1024), each of them with a precision behind an @ and with frozen layers behind a colon if it
 * has any (3x1024@bf16, 3x1024:conv.0,conv.1).
 */
public final class StepBenchmark {
  private static final int VOCABULARY = 30;
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private StepBenchmark() {}

  /** Runs the benchmark; see the class. */
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    int utterances = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 16;
    int longest = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 300;
    int steps = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
    List<String> names =
        arguments.length > 3
            ? List.of(arguments).subList(3, arguments.length)
            : List.of("2x128", "3x1024");
    RaggedBatch batch = batch(utterances, longest);
    List<Compared> models = names.stream().map(name -> new Compared(name, steps)).toList();
    models.forEach(model -> model.step(batch));
    for (int i = 0; i < steps; i++) {
      for (Compared model : models) {
        model.measure(i, batch);
      }
    }
    for (Compared model : models) {
      out.printf(
          "%s, %d utterances of %d to %d frames: ", model.name, utterances, longest / 2, longest);
      out.println(model);
      model.close();
    }
  }

  /** A model with its own step and with an ordinary one, which take turns. */
  private static final class Compared implements AutoCloseable {
    private final String name;
    private final TrainableModel model;
    private final OrdinaryStep ordinary;
    private final Seconds own;
    private final Seconds others;

    Compared(String name, int steps) {
      this.name = name;
      own = new Seconds(steps);
      others = new Seconds(steps);
      String[] modelAndFrozen = name.split(":", 2);
      String[] sizeAndPrecision = modelAndFrozen[0].split("@", 2);
      String[] size = sizeAndPrecision[0].split("x", 2);
      FrozenLayers frozen =
          modelAndFrozen.length == 1
              ? FrozenLayers.NONE
              : new FrozenLayers(Set.of(modelAndFrozen[1].split(",", -1)));
      Map<String, Object> precision =
          sizeAndPrecision.length == 1 ? Map.of() : Map.of("precision", sizeAndPrecision[1]);
      StepSettings settings = StepSettings.of(TrainingConfiguration.of(precision));
      ModelShape shape =
          new ModelShape(2, Integer.parseInt(size[0]), Integer.parseInt(size[1]), VOCABULARY);
      Map<String, Tensor> parameters = new LinkedHashMap<>();
      shape.parameters().forEach(p -> parameters.put(p.name(), p.initialValues(1)));
      model =
          TrainableModel.restore(shape, ModelState.of(parameters), frozen, settings, Devices.CPU);
      ordinary = new OrdinaryStep(shape, parameters, frozen, settings);
    }

    void step(RaggedBatch batch) {
      model.step(batch, 1e-4);
      ordinary.step(batch, 1e-4);
    }

    void measure(int number, RaggedBatch batch) {
      own.measure(number, () -> model.step(batch, 1e-4));
      others.measure(number, () -> ordinary.step(batch, 1e-4));
    }

    @Override
    public String toString() {
      return "step %s, ordinary step %s, ratio %.2f (%.2f)"
          .formatted(
              own,
              others,
              median(own.elapsed) / median(others.elapsed),
              median(own.processor) / median(others.processor));
    }

    @Override
    public void close() {
      model.close();
      ordinary.close();
    }
  }

  /** Seconds of steps, elapsed and of processor time. */
  private record Seconds(double[] elapsed, double[] processor) {
    Seconds(int steps) {
      this(new double[steps], new double[steps]);
    }

    void measure(int number, Runnable step) {
      long start = System.nanoTime();
      long before = PROCESS.getProcessCpuTime();
      step.run();
      elapsed[number] = (System.nanoTime() - start) / 1e9;
      processor[number] = (PROCESS.getProcessCpuTime() - before) / 1e9;
    }

    @Override
    public String toString() {
      return "%.2f s (%.2f s)".formatted(median(elapsed), median(processor));
    }
  }

  private static double median(double[] seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
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
