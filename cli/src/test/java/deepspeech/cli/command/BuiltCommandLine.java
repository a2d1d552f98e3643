package deepspeech.cli.command;

import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.JavaProcess;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The built command line, in a process of its own as its script starts it. */
public final class BuiltCommandLine {
  private final Path output;
  private final Map<String, String> environment = new TreeMap<>();

  /**
   * Nothing runs yet.
   *
   * @param output a folder for what it prints
   */
  public BuiltCommandLine(Path output) {
    this.output = output;
  }

  /** A variable of the environment of every command. */
  void set(String variable, String value) {
    environment.put(variable, value);
  }

  /** Runs a command to its end in a folder. */
  public Result in(Path folder, String... arguments) throws Exception {
    Path root = Path.of("..").toAbsolutePath().normalize();
    JavaProcess process =
        JavaLaunch.jar(Path.of("target/deepspeech.jar"))
            .options("-Ddeepspeech.root=" + root)
            .environment(environment)
            .directory(folder)
            .startApart(output.resolve("out.txt"), output.resolve("err.txt"), arguments);
    return new Result(process.exitCode(), process.output(), process.errors());
  }

  /**
   * What became of a command.
   *
   * @param code exit status
   * @param out standard output
   * @param err standard error
   */
  public record Result(int code, String out, String err) {}
}
