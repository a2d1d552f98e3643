package deepspeech.local.command;

import deepspeech.local.process.ForegroundProgram;
import deepspeech.local.stack.Installation;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Unmatched;

@CommandLine.Command(
    name = "prepare",
    description =
        "Makes what training needs beside a manifest: the vocabulary, and mean and standard"
            + " deviation of the features.")
final class PrepareCommand implements Callable<Integer> {
  @Unmatched private List<String> arguments;

  @Override
  public Integer call() {
    return run(arguments == null ? List.of() : arguments);
  }

  /** Shows the help of the program that all arguments go to. */
  int help() {
    return run(List.of("--help"));
  }

  private static int run(List<String> arguments) {
    return ForegroundProgram.run(Installation.current().prepare(arguments));
  }
}
