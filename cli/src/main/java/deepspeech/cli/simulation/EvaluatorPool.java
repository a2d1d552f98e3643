package deepspeech.cli.simulation;

/**
 * Evaluators that share the tests.
 *
 * @param evaluators from 1
 * @param threads cores of each, each with a thread, above 0
 */
record EvaluatorPool(int evaluators, double threads) {
  /** Threads of the evaluator that was measured. */
  static final int MEASURED_THREADS = 2;

  /** A pool with so many cores in evaluators like the measured one, or smaller. */
  static EvaluatorPool ofCores(int cores) {
    int evaluators = (cores + MEASURED_THREADS - 1) / MEASURED_THREADS;
    return new EvaluatorPool(evaluators, (double) cores / evaluators);
  }

  /** The smallest pool of evaluators like the measured one that has so many cores. */
  static EvaluatorPool ofAtLeast(double cores) {
    int evaluators = (int) Math.max(1, Math.ceil(cores / MEASURED_THREADS));
    return new EvaluatorPool(evaluators, MEASURED_THREADS);
  }

  /** All cores. */
  double cores() {
    return evaluators * threads;
  }

  /** Time that one evaluator takes for a number of operations. */
  double seconds(double operations) {
    return operations * MEASURED_THREADS / (MeasuredFigure.EVALUATION.value() * 1e9 * threads);
  }

  @Override
  public String toString() {
    return "%d x %s".formatted(evaluators, Amounts.cores(threads));
  }
}
