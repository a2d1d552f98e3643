package deepspeech.cli.stack;

import deepspeech.cli.failure.CommandFailedException;

/**
 * The number of instances of the services of a stack of which there may be several.
 *
 * @param trainers number of runs that are trained at the same time, 1 to {@value #MOST}
 * @param evaluators number of evaluators that share the tests, 1 to {@value #MOST}
 * @param dataPrep number of data-prep replicas, 1 to {@value #MOST}
 */
public record StackReplicas(int trainers, int evaluators, int dataPrep) {
  /** One of each. */
  public static final StackReplicas SINGLE = new StackReplicas(1, 1, 1);

  private static final int MOST = 64;

  public StackReplicas {
    require("--trainers", trainers);
    require("--evaluators", evaluators);
    require("--data-prep-replicas", dataPrep);
  }

  private static void require(String option, int instances) {
    if (instances < 1 || instances > MOST) {
      throw new CommandFailedException(
          "%s: %d given, allowed: 1 to %d".formatted(option, instances, MOST));
    }
  }
}
