package deepspeech.cli.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Java program to run as a child process.
 *
 * @param name for people, such as {@code trainer-service}
 * @param jvmOptions such as {@code -Xmx256m}
 * @param target {@code -jar x.jar} or {@code -cp ... Main}, then the program's arguments
 * @param environment beside what is inherited
 * @param parentWatch jar of the agent {@link deepspeech.cli.child.ParentWatch}
 */
public record JavaProgram(
    String name,
    List<String> jvmOptions,
    List<String> target,
    Map<String, String> environment,
    Path parentWatch) {
  public JavaProgram {
    jvmOptions = List.copyOf(jvmOptions);
    target = List.copyOf(target);
    environment = Map.copyOf(environment);
  }

  /**
   * A builder of the process, on the Java that this JVM runs on. Its standard input has to stay a
   * pipe that nobody closes while the process shall live.
   */
  ProcessBuilder processBuilder() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-javaagent:" + parentWatch);
    command.addAll(jvmOptions);
    command.addAll(target);
    ProcessBuilder builder = new ProcessBuilder(command);
    // Meant for a broker elsewhere; what the program needs is in its own environment.
    builder.environment().keySet().removeIf(JavaProgram::isBrokerSecurity);
    // Under another locale the JVM cannot open a file with a Chinese name, and has no option for
    // it.
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    return builder.redirectInput(ProcessBuilder.Redirect.PIPE);
  }

  private static boolean isBrokerSecurity(String variable) {
    return variable.matches("KAFKA_(SECURITY|SASL|SSL)_.+");
  }
}
