package deepspeech.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The built command line, in a process of its own as its script starts it. */
public final class BuiltCommandLine {
  private static final int LIMIT_SECONDS = 120;

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
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Ddeepspeech.root=" + root);
    command.add("-jar");
    command.add(Path.of("target/deepspeech.jar").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    Path out = output.resolve("out.txt");
    Path err = output.resolve("err.txt");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(key -> key.matches("(KAFKA|DEEPSPEECH)_.*"));
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroy();
      throw new AssertionError("does not end: " + command);
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
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
