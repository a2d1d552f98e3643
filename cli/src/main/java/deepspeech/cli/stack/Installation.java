package deepspeech.cli.stack;

import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.process.JavaProgram;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Locates the built parts of the pipeline.
 *
 * @param root folder of the repository
 */
public record Installation(Path root) {
  /** System property that holds the root. The start script sets it. */
  private static final String PROPERTY = "deepspeech.root";

  private static final String DATA_TOOLS = "data-tools";

  static final String DATA_PREP = "data-prep-service";
  static final String TRAINER = "trainer-service";
  static final String EVALUATOR = "evaluator-service";
  static final String DASHBOARD = "dashboard";

  /** The installation that this JVM was started from; empty in the image of the command line. */
  public static Optional<Installation> find() {
    return Optional.ofNullable(System.getProperty(PROPERTY))
        .map(root -> new Installation(Path.of(root).toAbsolutePath().normalize()));
  }

  /**
   * The installation that this JVM was started from.
   *
   * @throws CommandFailedException if there is none
   */
  public static Installation current() {
    return find()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "not available here, because it starts programs of a checkout of the repository;"
                        + " use deploy/local/deepspeech there (%s is not set)"
                            .formatted(PROPERTY)));
  }

  /** The data directory that is used unless an option names another. */
  public Path defaultDataDirectory() {
    return root.resolve("deploy/local/data");
  }

  /** The program that runs a service. */
  JavaProgram service(
      String module, String name, List<String> jvmOptions, Map<String, String> environment) {
    Path jar = application(module).resolve("quarkus-run.jar");
    return new JavaProgram(
        name, jvmOptions, List.of("-jar", built(jar).toString()), environment, parentWatch());
  }

  /** The program that trains without a pipeline: the trainer's classes without Quarkus. */
  JavaProgram bareStep(List<String> arguments, Map<String, String> environment) {
    Path folder = application(TRAINER);
    var unused = built(folder.resolve("quarkus-run.jar"));
    List<String> target = new ArrayList<>();
    // The libraries log to one log manager, which must be the JVM's.
    target.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    target.add("-cp");
    target.add(
        Stream.of("app", "lib/main", "lib/boot")
            .map(jars -> folder + "/" + jars + "/*")
            .collect(Collectors.joining(File.pathSeparator)));
    target.add("deepspeech.trainer.bare.BareStep");
    target.addAll(arguments);
    return new JavaProgram("bare step", ServiceMemory.TRAINER, target, environment, parentWatch());
  }

  /** The program that creates manifests, vocabulary, mean and standard deviation of a data set. */
  public JavaProgram prepare(List<String> arguments) {
    return dataTool("prepare", "deepspeech.tools.prepare.PrepareCommand", arguments);
  }

  /** The program that reports which utterances of a data set training can use. */
  public JavaProgram check(List<String> arguments) {
    return dataTool("check", "deepspeech.tools.check.CheckCommand", arguments);
  }

  /** The program that packs the audio of a manifest into shards. */
  public JavaProgram pack(List<String> arguments) {
    return dataTool("pack", "deepspeech.tools.pack.PackCommand", arguments);
  }

  private JavaProgram dataTool(String name, String mainClass, List<String> arguments) {
    Path folder = root.resolve(DATA_TOOLS).resolve("target");
    List<String> target = new ArrayList<>();
    target.add("-cp");
    target.add(built(folder.resolve("data-tools.jar")) + File.pathSeparator + folder + "/lib/*");
    target.add(mainClass);
    target.addAll(arguments);
    return new JavaProgram(name, ServiceMemory.DATA_TOOL, target, Map.of(), parentWatch());
  }

  private Path application(String module) {
    return root.resolve(module).resolve("target/quarkus-app");
  }

  private Path parentWatch() {
    return built(root.resolve("cli/target/deepspeech-parent-watch.jar"));
  }

  private static Path built(Path jar) {
    if (!Files.isRegularFile(jar)) {
      throw new CommandFailedException(
          jar + " is missing; start deploy/local/deepspeech, which builds it");
    }
    return jar;
  }
}
