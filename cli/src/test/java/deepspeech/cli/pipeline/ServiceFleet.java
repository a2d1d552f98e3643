package deepspeech.cli.pipeline;

import deepspeech.embedded.EmbeddedS3;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.ServiceProcess;
import deepspeech.testing.server.TestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The built services as processes that a test starts and ends one by one, as Kubernetes does with
 * pods. They share a broker and a store. The first trainer keeps its name over restarts, as a pod
 * of a StatefulSet; the names of the others mean nothing to them, as those of a Deployment.
 */
final class ServiceFleet implements AutoCloseable {
  static final String TRAINER = "trainer-service";
  static final String EVALUATOR = "evaluator-service";
  static final String DATA_PREP = "data-prep-service";
  static final String DASHBOARD = "dashboard";

  /** The metric of the requests that a replica of data-prep has answered. */
  static final String ANSWERED = "deepspeech_dataprep_requests_total{outcome=\"answered\"}";

  private static final String BUCKET = "deepspeech";

  private final Path directory;
  private final Path datasetRoot;
  private final Map<String, String> kafka;
  private final EmbeddedS3 store;
  private final Map<String, List<ServiceProcess>> running = new LinkedHashMap<>();
  private final Map<String, List<Path>> logs = new HashMap<>();
  private int starts;

  /**
   * Starts a store; no service runs yet.
   *
   * @param directory for data and logs
   * @param kafka variables with the address of the broker
   */
  ServiceFleet(Path directory, Path datasetRoot, Map<String, String> kafka) {
    this.directory = directory;
    this.datasetRoot = datasetRoot;
    this.kafka = kafka;
    store = TestStore.start(directory.resolve("s3"), BUCKET);
  }

  /** Starts a further instance of a service. */
  ServiceProcess start(String module) throws IOException {
    starts++;
    String name = module + "-" + starts;
    int port = ServiceProcess.freePort();
    Map<String, String> environment = new HashMap<>(kafka);
    environment.putAll(TestStore.variables(store));
    environment.put("DEEPSPEECH_DATASET_ROOT", datasetRoot.toString());
    environment.put("DEEPSPEECH_TRAINER_INSTANCE_ID", "trainer-0");
    environment.put("DEEPSPEECH_WORK_DIR", directory.resolve("work-" + name).toString());
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    if (module.equals(DASHBOARD)) {
      environment.put("QUARKUS_HTTP_PORT", String.valueOf(ServiceProcess.freePort()));
      environment.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(port));
    } else {
      environment.put("QUARKUS_HTTP_PORT", String.valueOf(port));
    }
    Path log = directory.resolve(name + ".log");
    logs.computeIfAbsent(module, any -> new ArrayList<>()).add(log);
    ServiceProcess service =
        new ServiceProcess(
            JavaLaunch.service(module)
                .options("-Xmx512m", "-XX:+UseSerialGC")
                .environment(environment)
                .start(log),
            port);
    running.computeIfAbsent(module, any -> new ArrayList<>()).add(service);
    return service;
  }

  /** The instances of a service, the oldest first. */
  List<ServiceProcess> instances(String module) {
    return List.copyOf(running.getOrDefault(module, List.of()));
  }

  /** Waits until all instances are ready. */
  void awaitReady() throws IOException, InterruptedException {
    for (List<ServiceProcess> services : running.values()) {
      for (ServiceProcess service : services) {
        service.awaitReady();
      }
    }
  }

  /**
   * Ends the oldest instance of a service with SIGTERM.
   *
   * @return its exit status
   */
  int terminate(String module) throws IOException, InterruptedException {
    ServiceProcess oldest = running.get(module).remove(0);
    oldest.program().process().destroy();
    return oldest.exitCode();
  }

  /**
   * The lines of a kind that all instances of a service have written, those that ended included.
   */
  List<String> lines(String module, String beginning) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path log : logs.getOrDefault(module, List.of())) {
      Files.readAllLines(log).stream()
          .filter(line -> line.startsWith(beginning))
          .forEach(lines::add);
    }
    return lines;
  }

  /** The newest line of each log, those of ended instances included. */
  List<String> newestLines() throws IOException {
    List<String> newest = new ArrayList<>();
    for (Path log : logs.values().stream().flatMap(List::stream).sorted().toList()) {
      List<String> lines = Files.readAllLines(log);
      newest.add(log.getFileName() + ": " + (lines.isEmpty() ? "" : lines.get(lines.size() - 1)));
    }
    return newest;
  }

  @Override
  public void close() {
    running.values().forEach(services -> services.forEach(ServiceProcess::close));
    store.close();
  }
}
