package deepspeech.cli.command;

import deepspeech.cli.process.ForegroundProgram;
import deepspeech.cli.process.JavaProgram;
import deepspeech.cli.stack.Installation;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Runs a program of data-tools, which receives all arguments unchanged. */
abstract class DataToolCommand implements Callable<Integer> {
  private final BiFunction<Installation, List<String>, JavaProgram> program;

  @Unmatched private List<String> arguments;

  private DataToolCommand(BiFunction<Installation, List<String>, JavaProgram> program) {
    this.program = program;
  }

  @Override
  public Integer call() {
    return run(arguments == null ? List.of() : arguments);
  }

  /** Shows the program's own help. */
  int help() {
    return run(List.of("--help"));
  }

  private int run(List<String> given) {
    return ForegroundProgram.run(program.apply(Installation.current(), given));
  }

  @Command(
      name = "prepare",
      description =
          "Makes manifests, vocabulary, and mean and standard deviation of the features from annotation"
              + " lists, Kaldi or Lhotse data, a public corpus or a manifest.")
  static final class Prepare extends DataToolCommand {
    Prepare() {
      super(Installation::prepare);
    }
  }

  @Command(
      name = "check",
      description =
          "Reports which utterances of a manifest training can use, and why it skips the others. Changes"
              + " no file.")
  static final class Check extends DataToolCommand {
    Check() {
      super(Installation::check);
    }
  }

  @Command(
      name = "pack",
      description =
          "Packs the audio of a manifest into tar shards, and writes a manifest that refers to them.")
  static final class Pack extends DataToolCommand {
    Pack() {
      super(Installation::pack);
    }
  }
}
