package deepspeech.dashboard.page;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.dashboard.service.DashboardProcess;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.testing.server.TestBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The packaged dashboard as a process of its own, and an embedded broker; each can go and come
 * back.
 */
final class RunningDashboard implements AutoCloseable {
  private final Path folder;
  private final Map<String, String> environment;
  private EmbeddedKafka kafka;
  private DashboardProcess service;

  private RunningDashboard(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = new HashMap<>(environment);
  }

  /**
   * Starts broker and dashboard, and returns when the page is served.
   *
   * @param environment of the dashboard, beside where the broker is
   */
  static RunningDashboard start(Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    RunningDashboard dashboard = new RunningDashboard(folder, environment);
    dashboard.kafka = TestBroker.start(folder.resolve("kafka"));
    dashboard.environment.put("KAFKA_BOOTSTRAP_SERVERS", dashboard.kafka.bootstrapServers());
    dashboard.service = DashboardProcess.start(dashboard.environment, folder);
    dashboard.service.awaitReady();
    return dashboard;
  }

  BrokerConfiguration broker() {
    return BrokerConfiguration.of(kafka.bootstrapServers());
  }

  String address(String route) {
    return service.url() + "/" + route;
  }

  void stopBroker() {
    kafka.close();
  }

  /** Starts the broker on its port and data. */
  void startBroker() {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), kafka.port());
  }

  void stopService() {
    service.close();
  }

  /** Starts the service on its port. */
  void startService() throws IOException, InterruptedException {
    service = DashboardProcess.start(environment, folder, service.port());
    service.awaitReady();
  }

  @Override
  public void close() {
    service.close();
    kafka.close();
  }
}
