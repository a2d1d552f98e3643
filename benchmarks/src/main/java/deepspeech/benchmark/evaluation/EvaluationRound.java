package deepspeech.benchmark.evaluation;

import deepspeech.benchmark.CpuTime;
import deepspeech.broker.trace.Tracing;
import deepspeech.evaluator.evaluation.ModelEvaluation;
import deepspeech.evaluator.recognition.ComputeDevice;
import deepspeech.evaluator.sharing.TestCounts;
import deepspeech.messages.features.FeatureBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Tests one model on one test set, in a JVM of its own. */
final class EvaluationRound {
  private EvaluationRound() {}

  /**
   * Prints the seconds of elapsed and of processor time and the result.
   *
   * @param arguments model file, number of utterances, number of threads
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path model = Path.of(arguments[0]);
    int utterances = Integer.parseInt(arguments[1]);
    ModelEvaluation evaluation =
        new ModelEvaluation(4, ComputeDevice.cpu(Integer.parseInt(arguments[2])), Tracing.off());
    List<FeatureBatch> batches = RandomTestSet.batches(utterances);
    try (ModelEvaluation.LoadedModel loaded = evaluation.load(model)) {
      // Loads the classes and libraries.
      var unused = loaded.score(new RandomTestSet(batches.subList(0, 1)));
      long begin = System.nanoTime();
      long cpu = CpuTime.nanos();
      TestCounts result = loaded.score(new RandomTestSet(batches));
      System.out.printf(
          "%.3f %.3f %s%n",
          (System.nanoTime() - begin) / 1e9,
          (CpuTime.nanos() - cpu) / 1e9,
          result.corpus().characters().edits());
    }
  }
}
