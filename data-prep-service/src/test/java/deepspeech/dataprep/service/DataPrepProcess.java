package deepspeech.dataprep.service;

import deepspeech.messages.identity.Split;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged service in a process of its own, and what its metrics and its heap say. */
final class DataPrepProcess implements AutoCloseable {
  private static final Pattern SKIPPED =
      Pattern.compile(
          "deepspeech_dataprep_left_out_total\\{reason=\"(\\w+)\",split=\"(\\w+)\",?} (\\S+)");

  private static final Pattern TOTAL_BYTES = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

  private final ServiceProcess service;

  private DataPrepProcess(ServiceProcess service) {
    this.service = service;
  }

  static DataPrepProcess start(Path folder, String name, Map<String, String> environment)
      throws IOException {
    int port = ServiceProcess.freePort();
    return new DataPrepProcess(
        new ServiceProcess(
            JavaLaunch.service()
                .options("-Xmx256m")
                .environment(Map.of("QUARKUS_HTTP_PORT", String.valueOf(port)))
                .environment(environment)
                .start(folder.resolve(name + ".log")),
            port));
  }

  DataPrepProcess ready() throws IOException, InterruptedException {
    service.awaitReady();
    return this;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return service.get(path);
  }

  /** Requests that this replica has answered. */
  double answered() throws IOException, InterruptedException {
    return service.metric("deepspeech_dataprep_requests_total{outcome=\"answered\"}");
  }

  /**
   * Utterances whose features this replica has made available.
   *
   * @param source {@code computed} or {@code reused}
   */
  double features(String source) throws IOException, InterruptedException {
    return service.metric("deepspeech_dataprep_features_total{source=\"%s\"}".formatted(source));
  }

  /** Skipped utterances that this replica has counted, by split and reason. */
  Map<String, Integer> skipped(Split split) throws IOException, InterruptedException {
    Map<String, Integer> counts = new TreeMap<>();
    Matcher matcher = SKIPPED.matcher(get("/q/metrics").body());
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
                String.valueOf(service.program().process().pid()),
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

  int exitCode() throws IOException, InterruptedException {
    return service.exitCode();
  }

  String output() throws IOException {
    return service.output();
  }

  void kill() throws InterruptedException {
    service.kill();
  }

  @Override
  public void close() {
    service.close();
  }
}
