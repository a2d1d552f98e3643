package deepspeech.local.command;

import deepspeech.local.process.ForegroundProgram;
import deepspeech.local.stack.Installation;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Unmatched;

@CommandLine.Command(
    name = "prepare",
    description = {
      "Makes what training needs from a manifest: vocabulary, mean and standard deviation.",
      "All arguments go to the data-prep service's own program; without any it tells what it takes."
    })
final class PrepareCommand implements Callable<Integer> {
  @Unmatched private List<String> arguments;

  @Override
  public Integer call() {
    return ForegroundProgram.run(
        Installation.current().prepare(arguments == null ? List.of() : arguments));
  }
}
