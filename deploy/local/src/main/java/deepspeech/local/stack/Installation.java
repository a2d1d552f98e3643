package deepspeech.local.stack;

import deepspeech.local.CommandFailedException;
import deepspeech.local.process.JavaProgram;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the built parts of the pipeline are.
 *
 * @param root folder of the repository
 */
public record Installation(Path root) {
  /** System property that tells the root; the script sets it. */
  private static final String PROPERTY = "deepspeech.root";

  static final String DATA_PREP = "data-prep-service";
  static final String TRAINER = "trainer-service";
  static final String EVALUATOR = "evaluator-service";
  static final String DASHBOARD = "deploy/dashboard";

  /** The installation that this JVM was started from. */
  public static Installation current() {
    String root = System.getProperty(PROPERTY);
    if (root == null) {
      throw new CommandFailedException(
          PROPERTY + ": not set; start deploy/local/deepspeech, which sets it");
    }
    return new Installation(Path.of(root).toAbsolutePath().normalize());
  }

  /** Where data are kept unless an option says otherwise. */
  public Path defaultDataDirectory() {
    return root.resolve("deploy/local/data");
  }

  /** A service as a child process. */
  JavaProgram service(
      String module, String name, List<String> jvmOptions, Map<String, String> environment) {
    Path jar = application(module).resolve("quarkus-run.jar");
    return new JavaProgram(
        name, jvmOptions, List.of("-jar", built(jar).toString()), environment, parentWatch());
  }

  /** The program that makes manifests, vocabulary, mean and standard deviation of a data set. */
  public JavaProgram prepare(List<String> arguments) {
    return dataTool("prepare", "deepspeech.dataprep.prepare.PrepareCommand", arguments);
  }

  /** The program that tells which utterances of a data set training can use. */
  public JavaProgram check(List<String> arguments) {
    return dataTool("check", "deepspeech.dataprep.check.CheckCommand", arguments);
  }

  /** The program that packs the audio of a manifest into shards. */
  public JavaProgram pack(List<String> arguments) {
    return dataTool("pack", "deepspeech.dataprep.shards.PackCommand", arguments);
  }

  private JavaProgram dataTool(String name, String mainClass, List<String> arguments) {
    Path application = application(DATA_PREP);
    built(application.resolve("quarkus-run.jar"));
    List<String> target = new ArrayList<>();
    target.add("-cp");
    target.add(
        String.join(
            File.pathSeparator,
            application.resolve("app") + "/*",
            application.resolve("lib/main") + "/*",
            application.resolve("lib/boot") + "/*"));
    target.add(mainClass);
    target.addAll(arguments);
    return new JavaProgram(name, ServiceMemory.DATA_TOOL, target, Map.of(), parentWatch());
  }

  private Path application(String module) {
    return root.resolve(module).resolve("target/quarkus-app");
  }

  private Path parentWatch() {
    return built(root.resolve("deploy/local/target/deepspeech-parent-watch.jar"));
  }

  private static Path built(Path jar) {
    if (!Files.isRegularFile(jar)) {
      throw new CommandFailedException(
          jar + " is missing; start deploy/local/deepspeech, which builds it");
    }
    return jar;
  }
}
