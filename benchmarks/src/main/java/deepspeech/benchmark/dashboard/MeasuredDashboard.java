package deepspeech.benchmark.dashboard;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.runtime.process.ProcessMemory;
import java.io.File;
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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built service in a child JVM with 256 MB of heap, which ends with this one. */
final class MeasuredDashboard implements AutoCloseable {
  private static final Path SERVICE =
      Path.of("dashboard", "target", "quarkus-app", "quarkus-run.jar");
  private static final Pattern HEAP =
      Pattern.compile("jvm_memory_used_bytes\\{area=\"heap\"[^}]*} (\\S+)");
  private static final int GRACE_SECONDS = 10;

  private final Process process;
  private final int port;
  private final int managementPort;
  private final long begin;
  private final HttpClient http = HttpClient.newHttpClient();

  private MeasuredDashboard(Process process, int port, int managementPort, long begin) {
    this.process = process;
    this.port = port;
    this.managementPort = managementPort;
    this.begin = begin;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
  }

  /** Starts the service. The working directory must be the repository's root. */
  static MeasuredDashboard start(BrokerConfiguration broker) throws IOException {
    if (!Files.isRegularFile(SERVICE)) {
      throw new IllegalStateException(SERVICE + " is missing; benchmarks/run builds it");
    }
    int port = freePort();
    int managementPort = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            tool("java"), "-Xmx256m", "-XX:+UseSerialGC", "-jar", SERVICE.toString());
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
    builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
    builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT);
    long begin = System.nanoTime();
    return new MeasuredDashboard(builder.start(), port, managementPort, begin);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /**
   * Waits until all points are read.
   *
   * @return seconds since the start of the service
   */
  double awaitReady() throws InterruptedException {
    while (process.isAlive()) {
      try {
        if (ask("/q/health/ready").statusCode() == 200) {
          return (System.nanoTime() - begin) / 1e9;
        }
      } catch (IOException e) {
        // The service is not listening yet.
        TimeUnit.MILLISECONDS.sleep(20);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IllegalStateException("the service ended with status " + process.exitValue());
  }

  /** The URL of the page. */
  String url() {
    return "http://127.0.0.1:" + port + "/";
  }

  /** Requests a path and returns the body of the response, uncompressed. */
  byte[] get(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = ask(path);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(path + ": " + response.statusCode());
    }
    return response.body();
  }

  /** Bytes of heap in use after a full collection. */
  double heapAfterCollection() throws IOException, InterruptedException {
    new ProcessBuilder(tool("jcmd"), Long.toString(process.pid()), "GC.run")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    Matcher matcher = HEAP.matcher(new String(get("/q/metrics"), StandardCharsets.UTF_8));
    double sum = 0;
    while (matcher.find()) {
      sum += Double.parseDouble(matcher.group(1));
    }
    return sum;
  }

  /** Processor time so far, in seconds. */
  double cpu() {
    return process.toHandle().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  /** Resident memory of the process, in bytes. */
  double residentBytes() {
    return ProcessMemory.of(process.pid()).orElseThrow().resident();
  }

  private HttpResponse<byte[]> ask(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + (path.startsWith("/q/") ? managementPort : port) + path))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String tool(String name) {
    return System.getProperty("java.home") + File.separator + "bin" + File.separator + name;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, GRACE_SECONDS, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }
}
