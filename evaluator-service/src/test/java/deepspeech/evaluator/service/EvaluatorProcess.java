package deepspeech.evaluator.service;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged service as a process of its own. */
final class EvaluatorProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

  private final Process process;
  private final Path output;
  private final Path errors;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();

  private EvaluatorProcess(Process process, Path output, Path errors, int port) {
    this.process = process;
    this.output = output;
    this.errors = errors;
    this.port = port;
  }

  /**
   * Starts the service with nothing in its environment but this.
   *
   * @param folder for what it writes
   */
  static EvaluatorProcess start(Map<String, String> environment, Path folder) throws IOException {
    Path output = Files.createTempFile(folder, "evaluator", ".out");
    Path errors = Files.createTempFile(folder, "evaluator", ".err");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-jar",
            JAR.toAbsolutePath().toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
    builder.environment().put("DEEPSPEECH_WORK_DIR", folder.resolve("work").toString());
    builder.directory(new File(folder.toString()));
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    return new EvaluatorProcess(builder.start(), output, errors, port);
  }

  /** Waits until it is ready. */
  void awaitReady() throws IOException, InterruptedException {
    while (process.isAlive()) {
      try {
        if (get("/q/health/ready").statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // Not yet listening.
        TimeUnit.MILLISECONDS.sleep(100);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException("the service has ended: " + errors() + output());
  }

  /** Asks its HTTP port. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  /** What it has written to the standard output. */
  String output() throws IOException {
    return Files.readString(output);
  }

  /** What it has written to the standard error. */
  String errors() throws IOException {
    return Files.readString(errors);
  }

  /** Ends it as a crash does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Ends it as an operator does, and by force if it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
