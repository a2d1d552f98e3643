package deepspeech.dataprep.service;

import deepspeech.messages.features.Split;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged service in a process of its own. */
final class ServiceProcess implements AutoCloseable {
  private static final Pattern ANSWERED =
      Pattern.compile("deepspeech_dataprep_requests_total\\{outcome=\"answered\",?} (\\S+)");

  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "deepspeech_dataprep_left_out_total\\{reason=\"(\\w+)\",split=\"(\\w+)\",?} (\\S+)");

  private static final Pattern TOTAL_BYTES = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

  private final Process process;
  private final Path output;
  private final int port;
  private final HttpClient client = HttpClient.newHttpClient();

  private ServiceProcess(Process process, Path output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  static ServiceProcess start(Path folder, String name, Map<String, String> environment)
      throws IOException {
    Path output = folder.resolve(name + ".log");
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-jar",
            "target/quarkus-app/quarkus-run.jar");
    builder.environment().keySet().removeIf(key -> key.matches("(KAFKA|DEEPSPEECH)_.*"));
    builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    return new ServiceProcess(builder.start(), output, port);
  }

  /** Waits until the service says that it is ready. */
  ServiceProcess ready() throws IOException, InterruptedException {
    for (int look = 0; look < 600 && process.isAlive(); look++) {
      try {
        if (get("/q/health/ready").statusCode() == 200) {
          return this;
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("the service did not become ready:\n" + output());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://localhost:%d%s".formatted(port, path)))
            .timeout(Duration.ofSeconds(5))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Requests that this replica has answered. */
  double answered() throws IOException, InterruptedException {
    Matcher matcher = ANSWERED.matcher(get("/q/metrics").body());
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
  }

  /** Utterances that this replica has told of, by split and reason. */
  Map<String, Integer> leftOut(Split split) throws IOException, InterruptedException {
    Map<String, Integer> counts = new TreeMap<>();
    Matcher matcher = LEFT_OUT.matcher(get("/q/metrics").body());
    while (matcher.find()) {
      int count = (int) Double.parseDouble(matcher.group(3));
      if (matcher.group(2).equals(split.toString()) && count > 0) {
        counts.put(matcher.group(1), count);
      }
    }
    return counts;
  }

  /** Bytes of what is reachable on the heap; collects the garbage first. */
  long liveHeapBytes() throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(process.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher matcher = TOTAL_BYTES.matcher(histogram);
    if (!matcher.find()) {
      throw new AssertionError("no histogram of the heap: " + histogram);
    }
    return Long.parseLong(matcher.group(1));
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the service did not end");
    }
    return process.exitValue();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
