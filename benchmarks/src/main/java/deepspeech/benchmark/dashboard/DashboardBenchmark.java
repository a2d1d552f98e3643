package deepspeech.benchmark.dashboard;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.dashboard.page.Browser;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures the dashboard with very many metric points: how long it takes to read them, how much
 * memory they take, and how long a page waits for curves. The curves are thinned to what the page
 * can show and, as the baseline, complete. Run by {@code benchmarks/run dashboard}.
 */
public final class DashboardBenchmark {
  private static final int RUNS = 50;
  private static final int STEPS = 5000;
  private static final int STEPS_AN_EPOCH = 500;
  private static final int WIDTH = 800;
  private static final int WIDE_ENOUGH_FOR_ALL = 10_000;
  private static final int WARM_UP = 30;
  private static final int CALLS = 100;
  private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
  private static final List<MetricName> METRICS =
      List.of(
          MetricName.TRAIN_LOSS,
          MetricName.LEARNING_RATE,
          MetricName.GRADIENT_NORM,
          MetricName.SAMPLES_PER_SECOND);

  private DashboardBenchmark() {}

  /**
   * Runs the benchmark and prints the results.
   *
   * @param arguments number of runs, and number of steps of each run; both are optional
   */
  public static void main(String... arguments) throws Exception {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : RUNS;
    int steps = arguments.length > 1 ? Integer.parseInt(arguments[1]) : STEPS;
    Path work = Files.createTempDirectory("deepspeech-dashboard-benchmark");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(work.resolve("kafka"), 0)) {
      BrokerConfiguration broker = BrokerConfiguration.of(kafka.bootstrapServers());
      try (TopicSetup topics = new TopicSetup(broker)) {
        topics.ensureShared();
      }
      try (MeasuredDashboard idle = MeasuredDashboard.start(broker)) {
        System.out.printf(
            Locale.ROOT,
            "without points: ready after %.1f s (%.1f s of CPU), heap %.0f MB, resident %.0f MB%n",
            idle.awaitReady(),
            idle.cpu(),
            idle.heapAfterCollection() / 1e6,
            idle.residentBytes() / 1e6);
      }
      publish(broker, runs, steps);
      try (MeasuredDashboard service = MeasuredDashboard.start(broker)) {
        double seconds = service.awaitReady();
        double cpu = service.cpu();
        System.out.printf(
            Locale.ROOT,
            "%d runs, %,d points: ready after %.1f s (%.1f s of CPU), heap %.0f MB, resident %.0f MB%n",
            runs,
            (long) runs * steps * METRICS.size(),
            seconds,
            cpu,
            service.heapAfterCollection() / 1e6,
            service.residentBytes() / 1e6);
        measure(service, runs);
        measurePage(service, runs, work);
      }
    } finally {
      delete(work);
    }
  }

  private static void measure(MeasuredDashboard service, int runs) throws Exception {
    print(service, "list of runs", List.of("/api/runs"));
    String all = "train_loss,learning_rate,gradient_norm,samples_per_second";
    print(service, "one run, four curves", List.of(curves(0, all, WIDTH, 0)));
    print(service, "… smoothed", List.of(curves(0, all, WIDTH, 0.9)));
    print(service, "… whole (the baseline)", List.of(curves(0, all, WIDE_ENOUGH_FOR_ALL, 0)));
    List<String> thin = new ArrayList<>();
    List<String> whole = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      thin.add(curves(run, "train_loss", WIDTH, 0));
      whole.add(curves(run, "train_loss", WIDE_ENOUGH_FOR_ALL, 0));
    }
    print(service, "loss of all runs, one call each", thin);
    print(service, "… whole (the baseline)", whole);
    System.out.printf(
        Locale.ROOT,
        "after that: heap %.0f MB, resident %.0f MB%n",
        service.heapAfterCollection() / 1e6,
        service.residentBytes() / 1e6);
  }

  private static void measurePage(MeasuredDashboard service, int runs, Path work) throws Exception {
    if (!Browser.isInstalled()) {
      System.out.println("page: Debian's packages chromium and chromium-driver are not installed");
      return;
    }
    String all =
        IntStream.range(0, runs).mapToObj(run -> id(run).value()).collect(Collectors.joining(","));
    try (Browser browser = Browser.start(work.resolve("profile"), "en")) {
      PageLoads page = new PageLoads(browser, service.url());
      page.print("page, list of runs", "#/", "tbody tr");
      page.print("page, one run", "#/runs/" + id(0), "[data-chart=train_loss] canvas");
      page.print(
          "page, all runs in the same charts",
          "#/compare?runs=" + all,
          "[data-chart=train_loss] canvas");
    }
  }

  private static String curves(int run, String metrics, int width, double smoothing) {
    return "/api/runs/%s/curves?metrics=%s&width=%d&smoothing=%s"
        .formatted(id(run), metrics, width, smoothing);
  }

  private static void print(MeasuredDashboard service, String what, List<String> paths)
      throws Exception {
    int calls = Math.max(5, CALLS / paths.size());
    double[] millis = new double[calls];
    long bytes = 0;
    for (int i = -Math.max(2, WARM_UP / paths.size()); i < calls; i++) {
      long begin = System.nanoTime();
      bytes = 0;
      for (String path : paths) {
        bytes += service.get(path).length;
      }
      if (i >= 0) {
        millis[i] = (System.nanoTime() - begin) / 1e6;
      }
    }
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "%s: median %.1f ms, 90 %% %.1f ms, %,d bytes%n",
        what,
        millis[calls / 2],
        millis[calls * 9 / 10],
        bytes);
  }

  private static void publish(BrokerConfiguration broker, int runs, int steps)
      throws InterruptedException {
    long begin = System.nanoTime();
    Random random = new Random(1);
    try (EventPublisher publisher = new EventPublisher(broker, "/trainer-service")) {
      for (int run = 0; run < runs; run++) {
        for (int step = 1; step <= steps; step++) {
          for (MetricName metric : METRICS) {
            MetricPoint point = point(run, metric, step, random);
            var unused = publisher.send(point, "%s/%s/%d".formatted(point.run(), metric, step));
          }
        }
        publisher.publish(state(run, steps));
      }
    }
    System.out.printf(Locale.ROOT, "published in %.0f s%n", (System.nanoTime() - begin) / 1e9);
  }

  private static MetricPoint point(int run, MetricName metric, int step, Random random) {
    return new MetricPoint(
        id(run),
        metric,
        500.0 / Math.sqrt(step) + 10 * random.nextGaussian(),
        step,
        (step - 1) / STEPS_AN_EPOCH + 1,
        (step - 1) % STEPS_AN_EPOCH + 1,
        START.plusSeconds(step));
  }

  private static RunState state(int run, int steps) {
    int epoch = (steps - 1) / STEPS_AN_EPOCH + 1;
    return RunState.accepted(id(run), TrainingConfiguration.defaults(), START.plusSeconds(steps))
        .withStatus(RunStatus.FINISHED, START.plusSeconds(steps))
        .withPosition(
            new Position(epoch, STEPS_AN_EPOCH, STEPS_AN_EPOCH, steps), START.plusSeconds(steps))
        .withData(16_000, List.of(), START.plusSeconds(steps));
  }

  private static RunId id(int run) {
    return new RunId("run-" + run);
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (var walk = Files.walk(folder)) {
      files = walk.sorted((a, b) -> b.compareTo(a)).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
