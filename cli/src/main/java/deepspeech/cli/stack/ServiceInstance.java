package deepspeech.cli.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

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
  private static final int USUAL_FURTHER_TRAINER_PORT = 8180;
  private static final int USUAL_EVALUATOR_PORT = 8082;
  private static final int USUAL_FURTHER_EVALUATOR_PORT = 8280;
  private static final int USUAL_DASHBOARD_PORT = 8040;
  private static final int USUAL_DASHBOARD_MANAGEMENT_PORT = 8041;
  private static final String DASHBOARD_NAME = "dashboard";

  ServiceInstance(String module, String name, List<String> jvmOptions, int port) {
    this(module, name, jvmOptions, port, port);
  }

  /** All service instances of a stack, in start order. */
  static List<ServiceInstance> all(StackSettings settings, PortChoice ports) {
    List<ServiceInstance> instances = new ArrayList<>();
    StackPorts wanted = settings.ports();
    instances.addAll(
        several(
            Installation.TRAINER,
            settings.replicas().trainers(),
            ServiceMemory.TRAINER,
            i -> ports.choose("--trainer-port", plus(wanted.trainer(), i), trainerPort(i))));
    instances.addAll(
        several(
            Installation.DATA_PREP,
            settings.replicas().dataPrep(),
            ServiceMemory.DATA_PREP,
            i ->
                ports.choose(
                    "--data-prep-port", plus(wanted.dataPrep(), i), USUAL_DATA_PREP_PORT + i)));
    instances.addAll(
        several(
            Installation.EVALUATOR,
            settings.replicas().evaluators(),
            ServiceMemory.EVALUATOR,
            i -> ports.choose("--evaluator-port", plus(wanted.evaluator(), i), evaluatorPort(i))));
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

  private static List<ServiceInstance> several(
      String module, int replicas, List<String> jvmOptions, IntUnaryOperator port) {
    return IntStream.range(0, replicas)
        .mapToObj(
            i ->
                new ServiceInstance(
                    module,
                    replicas == 1 ? module : module + "-" + (i + 1),
                    jvmOptions,
                    port.applyAsInt(i)))
        .toList();
  }

  private static OptionalInt plus(OptionalInt port, int i) {
    return port.isPresent() ? OptionalInt.of(port.getAsInt() + i) : port;
  }

  /** The ports behind that of the first trainer are those of the other services. */
  private static int trainerPort(int i) {
    return i == 0 ? USUAL_TRAINER_PORT : USUAL_FURTHER_TRAINER_PORT + i;
  }

  private static int evaluatorPort(int i) {
    return i == 0 ? USUAL_EVALUATOR_PORT : USUAL_FURTHER_EVALUATOR_PORT + i;
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
