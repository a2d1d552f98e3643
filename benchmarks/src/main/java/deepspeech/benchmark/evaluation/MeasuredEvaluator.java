package deepspeech.benchmark.evaluation;

import deepspeech.runtime.process.ProcessMemory;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The built service in a child JVM, which ends with this one, with the options that its image gives
 * it (deploy/images).
 */
final class MeasuredEvaluator implements AutoCloseable {
  private static final Path SERVICE =
      Path.of("evaluator-service", "target", "quarkus-app", "quarkus-run.jar");
  private static final Pattern HEAP =
      Pattern.compile("jvm_memory_committed_bytes\\{area=\"heap\"[^}]*} (\\S+)");
  private static final int GRACE_SECONDS = 30;

  /**
   * The memory of the container, which the heap is a share of.
   *
   * @param mebibytes of the container; the service is not stopped if it takes more
   * @param heapPercent the share of the heap
   * @param touched true to make the whole heap resident from the start to the end
   */
  record Limits(int mebibytes, int heapPercent, boolean touched) {
    int heapMebibytes() {
      return mebibytes * heapPercent / 100;
    }
  }

  private final Process process;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();

  private MeasuredEvaluator(Process process, int port) {
    this.process = process;
    this.port = port;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
  }

  /**
   * Starts the service. The working directory must be the repository's root.
   *
   * @param environment variables beside those that the image sets
   */
  static MeasuredEvaluator start(Limits limits, Path work, Map<String, String> environment)
      throws IOException {
    if (!Files.isRegularFile(SERVICE)) {
      throw new IllegalStateException(SERVICE + " is missing; benchmarks/run builds it");
    }
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of(
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:MaxRAM=" + limits.mebibytes() + "m",
            "-XX:MaxRAMPercentage=" + limits.heapPercent(),
            "-XX:-UsePerfData"));
    if (limits.touched()) {
      // With a smaller least size the collector would give memory back.
      command.addAll(List.of("-Xms" + limits.heapMebibytes() + "m", "-XX:+AlwaysPreTouch"));
    }
    command.addAll(List.of("-Djava.io.tmpdir=" + work, "-jar", SERVICE.toString()));
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
    builder.environment().put("DEEPSPEECH_WORK_DIR", work.toString());
    builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT);
    return new MeasuredEvaluator(builder.start(), port);
  }

  void requireRunning() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the evaluator ended with status " + process.exitValue());
    }
  }

  /** The memory of the process at present. */
  ProcessMemory memory() {
    return ProcessMemory.of(process.pid())
        .orElseThrow(() -> new IllegalStateException("no memory of process " + process.pid()));
  }

  /** Bytes of heap that the JVM has from the kernel at present. */
  long heapBytes() throws IOException, InterruptedException {
    String metrics =
        http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/metrics"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    Matcher matcher = HEAP.matcher(metrics);
    double sum = 0;
    while (matcher.find()) {
      sum += Double.parseDouble(matcher.group(1));
    }
    return (long) sum;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, GRACE_SECONDS, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }
}
