package deepspeech.dashboard.service;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The packaged service as a process of its own. */
public final class DashboardProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;
  private final Path output;
  private final Path errors;
  private final int port;
  private final int managementPort;
  private final HttpClient http = HttpClient.newHttpClient();

  private DashboardProcess(
      Process process, Path output, Path errors, int port, int managementPort) {
    this.process = process;
    this.output = output;
    this.errors = errors;
    this.port = port;
    this.managementPort = managementPort;
  }

  /**
   * Starts the service with nothing in its environment but this.
   *
   * @param folder for what it writes
   */
  public static DashboardProcess start(Map<String, String> environment, Path folder)
      throws IOException {
    return start(environment, folder, freePort());
  }

  /** Starts it on a port. */
  public static DashboardProcess start(Map<String, String> environment, Path folder, int port)
      throws IOException {
    Path output = Files.createTempFile(folder, "dashboard", ".out");
    Path errors = Files.createTempFile(folder, "dashboard", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-jar",
            JAR.toAbsolutePath().toString());
    builder.environment().clear();
    Map<String, String> all = new HashMap<>(environment);
    all.putIfAbsent("QUARKUS_HTTP_PORT", String.valueOf(port));
    int managementPort = freePort();
    all.putIfAbsent("QUARKUS_MANAGEMENT_PORT", String.valueOf(managementPort));
    builder.environment().putAll(all);
    builder.directory(folder.toFile());
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    return new DashboardProcess(builder.start(), output, errors, port, managementPort);
  }

  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  int managementPort() {
    return managementPort;
  }

  public int port() {
    return port;
  }

  /** {@code http://127.0.0.1:PORT}. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Waits until it is ready: connected, and all that the topics held has been read. */
  public void awaitReady() throws IOException, InterruptedException {
    awaitStatus("/q/health/ready", 200);
  }

  /** Waits until it answers, ready or not. */
  public void awaitLive() throws IOException, InterruptedException {
    awaitStatus("/q/health/live", 200);
  }

  void awaitStatus(String path, int status) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      try {
        if (get(path).statusCode() == status) {
          return;
        }
      } catch (IOException e) {
        // Not yet listening.
        TimeUnit.MILLISECONDS.sleep(50);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new IllegalStateException(path + " is not " + status + ": " + errors() + output());
  }

  /** Health and metrics from their own port, all else from the page's. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    String address = path.startsWith("/q/") ? "http://127.0.0.1:" + managementPort : url();
    return send(HttpRequest.newBuilder(URI.create(address + path)));
  }

  /** What it answers as JSON. */
  JsonNode json(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = get(path);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          path + ": " + response.statusCode() + " " + response.body() + output());
    }
    return Json.readTree(response.body().getBytes(StandardCharsets.UTF_8));
  }

  /** Asks until the answer is as expected. */
  JsonNode await(String path, Predicate<JsonNode> expected)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String last = "nothing";
    while (System.nanoTime() < deadline) {
      HttpResponse<String> response = get(path);
      last = response.statusCode() + " " + response.body();
      if (response.statusCode() == 200) {
        JsonNode answer = Json.readTree(response.body().getBytes(StandardCharsets.UTF_8));
        if (expected.test(answer)) {
          return answer;
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError(path + ": " + last);
  }

  /** Posts JSON as the page does. */
  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("Content-Type", "application/json")
            .header("Origin", url())
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpClient http() {
    return http;
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  String errors() throws IOException {
    return Files.readString(errors);
  }

  /** Ends it as a crash does. */
  public void kill() throws InterruptedException {
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
