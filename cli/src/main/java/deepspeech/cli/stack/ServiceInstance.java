package deepspeech.cli.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * One service process of the stack.
 *
 * @param module module of the service in the repository
 * @param name display name, also of the log: the module name, with a number if there are several
 *     instances
 * @param httpPort port for health and metrics; for the dashboard, port of the web page
 * @param managementPort for the dashboard, port for health and metrics; for other services the same
 *     as {@code httpPort}
 */
record ServiceInstance(
    String module, String name, List<String> jvmOptions, int httpPort, int managementPort) {
  private static final int USUAL_DATA_PREP_PORT = 8083;
  private static final int USUAL_TRAINER_PORT = 8081;
  private static final int USUAL_EVALUATOR_PORT = 8082;
  private static final int USUAL_DASHBOARD_PORT = 8040;
  private static final int USUAL_DASHBOARD_MANAGEMENT_PORT = 8041;
  private static final String DASHBOARD_NAME = "dashboard";

  ServiceInstance(String module, String name, List<String> jvmOptions, int port) {
    this(module, name, jvmOptions, port, port);
  }

  /** All service instances of a stack, in start order. */
  static List<ServiceInstance> all(StackSettings settings, PortChoice ports) {
    List<ServiceInstance> instances = new ArrayList<>();
    instances.add(
        new ServiceInstance(
            Installation.TRAINER,
            Installation.TRAINER,
            ServiceMemory.TRAINER,
            ports.choose("--trainer-port", settings.ports().trainer(), USUAL_TRAINER_PORT)));
    int replicas = settings.dataPrepReplicas();
    for (int i = 0; i < replicas; i++) {
      instances.add(
          new ServiceInstance(
              Installation.DATA_PREP,
              replicas == 1 ? Installation.DATA_PREP : Installation.DATA_PREP + "-" + (i + 1),
              ServiceMemory.DATA_PREP,
              ports.choose(
                  "--data-prep-port",
                  settings.ports().dataPrep().isPresent()
                      ? OptionalInt.of(settings.ports().dataPrep().getAsInt() + i)
                      : OptionalInt.empty(),
                  USUAL_DATA_PREP_PORT + i)));
    }
    instances.add(
        new ServiceInstance(
            Installation.EVALUATOR,
            Installation.EVALUATOR,
            ServiceMemory.EVALUATOR,
            ports.choose("--evaluator-port", settings.ports().evaluator(), USUAL_EVALUATOR_PORT)));
    if (settings.dashboard()) {
      instances.add(
          new ServiceInstance(
              Installation.DASHBOARD,
              DASHBOARD_NAME,
              ServiceMemory.DASHBOARD,
              ports.choose("--dashboard-port", settings.dashboardPort(), USUAL_DASHBOARD_PORT),
              ports.choose("", OptionalInt.empty(), USUAL_DASHBOARD_MANAGEMENT_PORT)));
    }
    return instances;
  }

  String healthUrl() {
    return Readiness.url(managementPort);
  }

  boolean isDashboard() {
    return module.equals(Installation.DASHBOARD);
  }

  boolean isTrainer() {
    return module.equals(Installation.TRAINER);
  }
}
