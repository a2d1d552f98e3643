package deepspeech.benchmark.broker;

import deepspeech.broker.BrokerConfiguration;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child JVM that ends with this one. */
public final class ChildProgram implements AutoCloseable {
  private static final Path SERVICE =
      Path.of("data-prep-service", "target", "quarkus-app", "quarkus-run.jar");

  private static final int GRACE_SECONDS = 10;

  private final Process process;
  private final BufferedReader output;

  private ChildProgram(ProcessBuilder builder) throws IOException {
    process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    output = process.inputReader(StandardCharsets.UTF_8);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
  }

  /**
   * Starts the built service with 512 MB of heap. The working directory must be the repository's
   * root.
   */
  public static ChildProgram dataPrep(
      BrokerConfiguration broker, Path datasetRoot, String... jvmOptions) throws IOException {
    if (!Files.isRegularFile(SERVICE)) {
      throw new IllegalStateException(SERVICE + " is missing; benchmarks/run builds it");
    }
    List<String> arguments = new ArrayList<>(List.of(jvmOptions));
    arguments.addAll(List.of("-Xmx512m", "-jar", SERVICE.toString()));
    ProcessBuilder builder = java(arguments.toArray(String[]::new));
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    builder.environment().put("DEEPSPEECH_DATASET_ROOT", datasetRoot.toString());
    builder.environment().put("QUARKUS_HTTP_PORT", "0");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return new ChildProgram(builder);
  }

  static ChildProgram readyMade(BrokerConfiguration broker, String from, String to)
      throws IOException {
    return new ChildProgram(
        java(
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            ReadyMadeProducer.class.getName(),
            broker.bootstrapServers(),
            from,
            to));
  }

  /** Throws an exception if the child has ended. */
  public void requireRunning() {
    if (!process.isAlive()) {
      throw new IllegalStateException("a child ended with status " + process.exitValue());
    }
  }

  /** CPU time of the process so far. */
  Duration cpu() {
    return cpu(process.toHandle());
  }

  static Duration cpu(ProcessHandle process) {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(
            () -> new IllegalStateException("no CPU time is known of process " + process.pid()));
  }

  void awaitLine() throws IOException {
    if (output.readLine() == null) {
      throw new IllegalStateException("the child ended");
    }
  }

  void send(String line) {
    try {
      process.outputWriter(StandardCharsets.UTF_8).append(line).append('\n').flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, GRACE_SECONDS, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }

  private static ProcessBuilder java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
