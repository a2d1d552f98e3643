package deepspeech.testing.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service in a process of its own, with the port on which it answers for health and metrics.
 *
 * @param program the process
 * @param port of its HTTP server on 127.0.0.1
 */
public record ServiceProcess(JavaProcess program, int port) implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final String METRICS = "/q/metrics";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** A port of 127.0.0.1 that nobody listens on at the moment. */
  public static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** Requests a path. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
            .timeout(ANSWER_LIMIT)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * A value among its metrics.
   *
   * @param metric name, with labels if it has any, such as {@code x_total{outcome="y"}}
   * @return 0 if it is not there yet
   */
  public double metric(String metric) throws IOException, InterruptedException {
    return value(metric, get(METRICS));
  }

  /** Waits until a value among its metrics has reached a number. */
  public void awaitMetric(String metric, double least) throws IOException, InterruptedException {
    var unused = await(METRICS, answer -> value(metric, answer) >= least);
  }

  private static double value(String metric, HttpResponse<String> metrics) {
    String series =
        metric.endsWith("}")
            ? Pattern.quote(metric.substring(0, metric.length() - 1)) + ",?\\}"
            : Pattern.quote(metric);
    Matcher matcher = Pattern.compile("(?m)^" + series + " (\\S+)").matcher(metrics.body());
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
  }

  /** Waits until the service is ready. */
  public ServiceProcess awaitReady() throws IOException, InterruptedException {
    await("/q/health/ready", answer -> answer.statusCode() == 200);
    return this;
  }

  /**
   * Requests a path until the answer is the expected one.
   *
   * @throws AssertionError with what the service has printed, if it ends or two minutes are over
   */
  public HttpResponse<String> await(String path, Predicate<HttpResponse<String>> expected)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    String last = "no answer";
    while (program.isAlive() && System.nanoTime() < deadline) {
      try {
        HttpResponse<String> answer = get(path);
        if (expected.test(answer)) {
          return answer;
        }
        last = answer.statusCode() + " " + answer.body();
      } catch (IOException e) {
        last = e.toString();
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError(
        "%s is not as expected: %s%n%s%n%s"
            .formatted(
                path,
                last,
                program.isAlive() ? "the service runs" : "the service has ended",
                program.all()));
  }

  /** Waits for its end, and returns its exit status. */
  public int exitCode() throws IOException, InterruptedException {
    return program.exitCode();
  }

  /** What it has written to standard output so far. */
  public String output() throws IOException {
    return program.output();
  }

  /** What it has written to standard error so far; the same as the output if they share a file. */
  public String errors() throws IOException {
    return program.errors();
  }

  /** Kills the service with SIGKILL, as a crash does. */
  public void kill() throws InterruptedException {
    program.kill();
  }

  @Override
  public void close() {
    program.close();
  }
}
