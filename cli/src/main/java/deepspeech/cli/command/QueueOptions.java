package deepspeech.cli.command;

import picocli.CommandLine.Option;

/** The options that place a run in the queue. */
final class QueueOptions {
  @Option(
      names = "--priority",
      paramLabel = "N",
      description =
          "waiting runs of a higher priority are trained first, -1000 to 1000; default: 0")
  private Integer priority;

  @Option(
      names = "--preempt",
      description =
          "if all trainers are busy, a run of a lower priority leaves its trainer to this one, with a"
              + " checkpoint, and waits")
  private boolean preempt;

  /** Returns whether the run preempts others; null if not. */
  Boolean preempt() {
    return preempt ? true : null;
  }

  /** Returns the priority; null for the normal one. */
  Integer priority() {
    return priority;
  }
}
