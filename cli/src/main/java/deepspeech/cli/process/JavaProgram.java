package deepspeech.cli.process;

import deepspeech.messages.topic.TopicLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Java program to run as a child process.
 *
 * @param name display name, such as {@code trainer-service}
 * @param jvmOptions such as {@code -Xmx256m}
 * @param target {@code -jar x.jar} or {@code -cp ... Main}, then the program's arguments
 * @param environment variables in addition to the inherited ones
 * @param parentWatch jar of the agent {@link deepspeech.cli.child.ParentWatch}
 * @param launcher a program and its arguments that replaces itself with the JVM, such as {@code
 *     taskset -c 0}; empty if there is none
 */
public record JavaProgram(
    String name,
    List<String> jvmOptions,
    List<String> target,
    Map<String, String> environment,
    Path parentWatch,
    List<String> launcher) {
  /**
   * Options of the user for every program, separated by spaces; the last of two equal ones wins.
   */
  static final String OPTIONS_VARIABLE = "DEEPSPEECH_JAVA_OPTIONS";

  public JavaProgram {
    jvmOptions = List.copyOf(jvmOptions);
    target = List.copyOf(target);
    environment = Map.copyOf(environment);
    launcher = List.copyOf(launcher);
  }

  /** Creates a program that is started directly. */
  public JavaProgram(
      String name,
      List<String> jvmOptions,
      List<String> target,
      Map<String, String> environment,
      Path parentWatch) {
    this(name, jvmOptions, target, environment, parentWatch, List.of());
  }

  /** Returns the same program, started by another one. */
  public JavaProgram startedBy(List<String> newLauncher) {
    return new JavaProgram(name, jvmOptions, target, environment, parentWatch, newLauncher);
  }

  /**
   * Creates a builder for the process, which runs on the Java installation of this JVM. The
   * standard input of the process must remain a pipe, which must stay open as long as the process
   * is to live.
   */
  ProcessBuilder processBuilder() {
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-javaagent:" + parentWatch);
    command.addAll(jvmOptions);
    command.addAll(userOptions());
    command.addAll(target);
    ProcessBuilder builder = new ProcessBuilder(command);
    // The inherited settings are meant for another broker. The program's own environment has all
    // that it needs.
    builder.environment().keySet().removeIf(JavaProgram::isOfAnotherBroker);
    // Under another locale the JVM cannot open a file with a Chinese name, and no JVM option
    // changes that.
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    return builder.redirectInput(ProcessBuilder.Redirect.PIPE);
  }

  private List<String> userOptions() {
    String inherited = System.getenv().getOrDefault(OPTIONS_VARIABLE, "");
    String options = environment.getOrDefault(OPTIONS_VARIABLE, inherited).strip();
    return options.isEmpty() ? List.of() : List.of(options.split("\\s+"));
  }

  private static boolean isOfAnotherBroker(String variable) {
    return variable.matches("KAFKA_(SECURITY|SASL|SSL)_.+")
        || Set.of(TopicLayout.PREFIX, TopicLayout.OWNER).contains(variable);
  }
}
