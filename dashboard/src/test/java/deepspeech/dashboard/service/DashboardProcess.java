package deepspeech.dashboard.service;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.Json;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The packaged service as a process of its own. */
public final class DashboardProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ServiceProcess management;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();

  private DashboardProcess(ServiceProcess management, int port) {
    this.management = management;
    this.port = port;
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
    int managementPort = freePort();
    JavaLaunch launch =
        JavaLaunch.service()
            .options("-Xmx256m", "-XX:+UseSerialGC")
            .clearEnvironment()
            .environment(
                Map.of(
                    "QUARKUS_HTTP_PORT", String.valueOf(port),
                    "QUARKUS_MANAGEMENT_PORT", String.valueOf(managementPort)))
            .environment(environment)
            .directory(folder);
    return new DashboardProcess(
        new ServiceProcess(
            launch.startApart(
                Files.createTempFile(folder, "dashboard", ".out"),
                Files.createTempFile(folder, "dashboard", ".err")),
            managementPort),
        port);
  }

  static int freePort() throws IOException {
    return ServiceProcess.freePort();
  }

  int managementPort() {
    return management.port();
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
    management.await(path, answer -> answer.statusCode() == status);
  }

  /** Health and metrics from their own port, all else from the page's. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return path.startsWith("/q/")
        ? management.get(path)
        : send(HttpRequest.newBuilder(URI.create(url() + path)));
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
  int exitCode() throws IOException, InterruptedException {
    return management.exitCode();
  }

  String output() throws IOException {
    return management.output();
  }

  String errors() throws IOException {
    return management.errors();
  }

  /** Ends it as a crash does. */
  public void kill() throws InterruptedException {
    management.kill();
  }

  /** Ends it as an operator does, and by force if it does not. */
  @Override
  public void close() {
    management.close();
  }
}
