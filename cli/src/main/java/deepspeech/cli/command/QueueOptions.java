package deepspeech.cli.command;

import picocli.CommandLine.Option;

/** The option that places a run in the queue. */
final class QueueOptions {
  @Option(
      names = "--priority",
      paramLabel = "N",
      description =
          "waiting runs of a higher priority are trained first, -1000 to 1000; default: 0")
  private Integer priority;

  /** Returns the priority; null for the normal one. */
  Integer priority() {
    return priority;
  }
}
