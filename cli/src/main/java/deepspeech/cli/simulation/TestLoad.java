package deepspeech.cli.simulation;

/**
 * The tests of all checkpoints of all runs. The test set is divided into ranges as by {@code
 * TestPlan} of evaluator-service, which evaluators share.
 *
 * @param load the test set
 * @param model what is tested
 * @param runs runs that are trained at a time, from 1
 * @param checkpoints when each run commits them
 */
record TestLoad(TrainingLoad load, ModelCost model, int runs, CheckpointLoad checkpoints) {
  private static final int MOST_RANGES = 16;
  private static final int FEWEST_BATCHES = 4;
  private static final int SIMULATED_TESTS = 2000;
  private static final int FEWEST_EPOCHS = 3;

  /** Operations of one test. */
  double operations() {
    return model.operationsPerSecond() * load.testHours() * TrainingLoad.SECONDS_PER_HOUR;
  }

  /** Tests per second of all runs. */
  double rate() {
    return runs * checkpoints.perEpoch() / checkpoints.epochSeconds();
  }

  /** Share of the time that the evaluators of a pool compute; above 1 they fall behind. */
  double busy(EvaluatorPool pool) {
    return rate() * pool.seconds(operations()) / pool.evaluators();
  }

  /** The smallest pool that keeps up. */
  EvaluatorPool needed() {
    return EvaluatorPool.ofAtLeast(rate() * EvaluatorPool.ofCores(1).seconds(operations()));
  }

  /**
   * The longest time from the commit of a checkpoint to its result, if all runs commit at the same
   * time, which is the worst case.
   */
  double longestDelaySeconds(EvaluatorPool pool) {
    FifoServers evaluators = new FifoServers(pool.evaluators());
    double range = pool.seconds(operations()) / ranges();
    double longest = 0;
    for (double committed : checkpoints.commits(simulatedCheckpoints())) {
      for (int part = 0; part < runs * ranges(); part++) {
        longest = Math.max(longest, evaluators.serve(committed, range) - committed);
      }
    }
    return longest;
  }

  private int simulatedCheckpoints() {
    long most = Math.max(FEWEST_EPOCHS, SIMULATED_TESTS / runs);
    return (int) Math.min(most, FEWEST_EPOCHS * checkpoints.perEpoch());
  }

  private int ranges() {
    double batchSeconds = load.batchSize() * load.utteranceSeconds();
    int batches = (int) Math.ceil(load.testHours() * TrainingLoad.SECONDS_PER_HOUR / batchSeconds);
    int size = Math.max(FEWEST_BATCHES, (batches + MOST_RANGES - 1) / MOST_RANGES);
    return (batches + size - 1) / size;
  }
}
