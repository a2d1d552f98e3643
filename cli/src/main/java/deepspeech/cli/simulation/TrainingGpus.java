package deepspeech.cli.simulation;

/**
 * The GPUs of the cluster. A trainer trains one run with the GPUs of one machine.
 *
 * @param gpus all of them, from 1; a multiple of {@code perTrainer} if more than that
 * @param perTrainer GPUs of one trainer, from 1
 * @param teraflops peak of one GPU in 10^12 operations per second, above 0
 * @param share share of the peak that training achieves, above 0, at most 1
 * @param linkGigabytes speed of a copy from one GPU to another in 10^9 bytes per second, above 0
 */
public record TrainingGpus(
    int gpus, int perTrainer, double teraflops, double share, double linkGigabytes) {
  /** Number of trainers, each of which trains one run at a time. */
  public int trainers() {
    return Math.max(1, gpus / perTrainer);
  }

  /** GPUs that share a step. */
  public int devices() {
    return Math.min(gpus, perTrainer);
  }

  /**
   * Time to compute the gradients of a step.
   *
   * @param seconds seconds of audio of the GPU that has most
   */
  double computingSeconds(ModelCost model, double seconds) {
    return model.trainingOperationsPerSecond() * seconds / (teraflops * 1e12 * share);
  }

  /**
   * Time in a step during which devices exchange gradients and weights. In {@code TrainableModel}
   * each device receives its part of the gradients from each other device, and after the step their
   * parts of the weights. The model assumes that all devices receive at the same time, and that
   * they compute nothing meanwhile.
   */
  double exchangeSeconds(ModelCost model) {
    double others = (devices() - 1.0) / devices();
    return 2 * others * model.gradientBytes() / (linkGigabytes * 1e9);
  }
}
