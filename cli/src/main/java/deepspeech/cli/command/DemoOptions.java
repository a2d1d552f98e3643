package deepspeech.cli.command;

import picocli.CommandLine.Option;

/** Options for the number of training utterances and of epochs. */
final class DemoOptions {
  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "6",
      description = "number of epochs; default: ${DEFAULT-VALUE}")
  private int epochs;

  @Option(
      names = "--utterances",
      paramLabel = "N",
      defaultValue = "1000",
      description = "number of training utterances, 10 to 5000; default: ${DEFAULT-VALUE}")
  private int utterances;

  int epochs() {
    return epochs;
  }

  int utterances() {
    return utterances;
  }
}
