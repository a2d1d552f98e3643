package deepspeech.testing.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a test starts a Java program: with the JVM of the test, and with the environment of the test
 * except the variables of the product and of the broker. Of these it gets {@code
 * DEEPSPEECH_JAVA_OPTIONS} alone, and runs with those options as the services of a stack do.
 */
public final class JavaLaunch {
  private static final String JVM_OPTIONS = "DEEPSPEECH_JAVA_OPTIONS";
  private static final String OF_THE_PRODUCT = "(KAFKA|DEEPSPEECH)_(?!JAVA_OPTIONS$).*";

  private final List<String> program;
  private final List<String> options = new ArrayList<>();
  private final ProcessBuilder builder = new ProcessBuilder();

  private JavaLaunch(List<String> program) {
    this.program = program;
    builder.environment().keySet().removeIf(name -> name.matches(OF_THE_PRODUCT));
  }

  /** A program in a jar. */
  public static JavaLaunch jar(Path jar) {
    return new JavaLaunch(List.of("-jar", jar.toAbsolutePath().toString()));
  }

  /** A main class on the class path of the test. */
  public static JavaLaunch mainClass(Class<?> main) {
    return mainClass(main, System.getProperty("java.class.path"));
  }

  /** A main class on another class path. */
  public static JavaLaunch mainClass(Class<?> main, String classPath) {
    return new JavaLaunch(List.of("-cp", classPath, main.getName()));
  }

  /** The packaged service of the module that is tested. */
  public static JavaLaunch service() {
    return packagedIn(Path.of(""));
  }

  /** The packaged service of another module, such as {@code trainer-service}. */
  public static JavaLaunch service(String module) {
    return packagedIn(Path.of("..", module));
  }

  private static JavaLaunch packagedIn(Path module) {
    return jar(module.resolve(Path.of("target", "quarkus-app", "quarkus-run.jar")));
  }

  /** Adds options of the JVM, such as {@code -Xmx256m}. */
  public JavaLaunch options(String... added) {
    options.addAll(List.of(added));
    return this;
  }

  /** Clears the environment, the locale included, except the options of the JVM. */
  public JavaLaunch clearEnvironment() {
    builder.environment().keySet().retainAll(Set.of(JVM_OPTIONS));
    return this;
  }

  /** Adds variables to the environment. */
  public JavaLaunch environment(Map<String, String> variables) {
    builder.environment().putAll(variables);
    return this;
  }

  /** Sets the working directory. */
  public JavaLaunch directory(Path folder) {
    builder.directory(folder.toFile());
    return this;
  }

  /** Starts the program. Its standard output and standard error go to one file. */
  public JavaProcess start(Path output, String... arguments) throws IOException {
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    return start(output, output, arguments);
  }

  /** Starts the program. Its standard output and standard error go to a file each. */
  public JavaProcess startApart(Path output, Path errors, String... arguments) throws IOException {
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    return start(output, errors, arguments);
  }

  private JavaProcess start(Path output, Path errors, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(optionsOfEnvironment());
    command.addAll(options);
    command.addAll(program);
    command.addAll(List.of(arguments));
    return new JavaProcess(builder.command(command).start(), output, errors);
  }

  private List<String> optionsOfEnvironment() {
    String given = builder.environment().getOrDefault(JVM_OPTIONS, "").strip();
    return given.isEmpty() ? List.of() : List.of(given.split("\\s+"));
  }
}
