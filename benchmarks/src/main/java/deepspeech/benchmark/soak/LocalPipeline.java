package deepspeech.benchmark.soak;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.messages.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The whole pipeline as {@code deepspeech up} starts it, in processes of its own that end with this
 * one. Broker and store share a process.
 */
final class LocalPipeline implements AutoCloseable {
  private static final Path PROGRAM = Path.of("cli", "target", "deepspeech.jar");
  private static final List<String> SERVICES =
      List.of("trainer-service", "data-prep-service", "evaluator-service", "dashboard");
  private static final String SERVERS = "broker and store";
  private static final int GRACE_SECONDS = 180;
  private static final int READY_SECONDS = 300;

  private final Process up;
  private final BrokerConfiguration broker;

  private LocalPipeline(Process up, BrokerConfiguration broker) {
    this.up = up;
    this.broker = broker;
  }

  /**
   * Starts it and waits until it is ready. The working directory must be the repository's root.
   *
   * @param data folder of broker, store and logs; what the program prints is in its {@code up.log}
   */
  static LocalPipeline start(Path data, Path datasetRoot) throws IOException, InterruptedException {
    if (!Files.isRegularFile(PROGRAM)) {
      throw new IllegalStateException(PROGRAM + " is missing; benchmarks/run builds it");
    }
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    // As the start script does.
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
    command.add("-Ddeepspeech.root=" + Path.of("").toAbsolutePath());
    command.addAll(List.of("-jar", PROGRAM.toString(), "up"));
    command.addAll(List.of("--data=" + data, "--dataset-root=" + datasetRoot));
    Path log = Files.createDirectories(data).resolve("up.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    Path state = data.resolve("running.json");
    for (int waited = 0; !Files.exists(state); waited++) {
      if (!process.isAlive() || waited > READY_SECONDS) {
        process.destroy();
        throw new IllegalStateException(
            "the pipeline did not start: " + String.join("; ", Files.readAllLines(log)));
      }
      TimeUnit.SECONDS.sleep(1);
    }
    JsonNode running = Json.readTree(Files.readAllBytes(state));
    return new LocalPipeline(
        process, BrokerConfiguration.of(running.get("bootstrap_servers").asText()));
  }

  BrokerConfiguration broker() {
    return broker;
  }

  /**
   * The process id of each part.
   *
   * @throws IllegalStateException if a part does not run
   */
  Map<String, Long> processes() {
    Map<String, Long> processes = new LinkedHashMap<>();
    for (String service : SERVICES) {
      processes.put(
          service,
          up.children()
              .filter(child -> child.info().commandLine().orElse("").contains(service))
              .map(ProcessHandle::pid)
              .findFirst()
              .orElseThrow(() -> new IllegalStateException(service + " does not run")));
    }
    processes.put(SERVERS, up.pid());
    return processes;
  }

  @Override
  public void close() {
    up.destroy();
    up.onExit().completeOnTimeout(up, GRACE_SECONDS, TimeUnit.SECONDS).join();
    up.destroyForcibly();
  }
}
