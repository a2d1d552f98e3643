package deepspeech.cli.stack;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.process.JavaProgram;
import deepspeech.cli.process.SupervisedProgram;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs the pipeline on this machine: broker and store in this JVM, each service in a child process
 * that never outlives this JVM.
 */
public final class LocalStack implements AutoCloseable {
  /** Bucket of the checkpoints. */
  public static final String BUCKET = "deepspeech";

  private static final String SERVERS = "broker and store";
  private static final Duration READY_WITHIN = Duration.ofMinutes(3);
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);
  private static final Duration TRAINER_GRACE = Duration.ofMinutes(1);
  private static final Duration GRACE = Duration.ofSeconds(40);

  private final Installation installation;
  private final StackSettings settings;
  private final Consumer<String> announcements;
  private final ServiceEnvironment environment;
  private final List<SupervisedProgram> services = new ArrayList<>();
  private final PortLocks portLocks = PortLocks.ofUser();

  private EmbeddedKafka kafka;
  private EmbeddedS3 s3;
  private StackState state;
  private boolean closed;

  /**
   * Creates a stack that is not started.
   *
   * @param announcements receives messages for the user, one line each, from any thread
   */
  public LocalStack(
      Installation installation, StackSettings settings, Consumer<String> announcements) {
    this(installation, settings, announcements, Map.of());
  }

  /**
   * Creates a stack that is not started.
   *
   * @param announcements receives messages for the user, one line each, from any thread
   * @param environment variables of the services, in addition to the environment of this process
   */
  public LocalStack(
      Installation installation,
      StackSettings settings,
      Consumer<String> announcements,
      Map<String, String> environment) {
    this.installation = installation;
    this.settings = settings;
    this.announcements = announcements;
    this.environment = new ServiceEnvironment(settings, Map.copyOf(environment));
  }

  /**
   * Starts the stack and returns when every service is ready. The stack must be closed even if this
   * method fails.
   *
   * @throws CommandFailedException with a one-line reason if the stack cannot start
   */
  public StackState start() throws InterruptedException {
    settings.createDirectories();
    refuseSecondStack();
    List<ServiceInstance> instances = startServers();
    awaitReady(instances);
    return remember(instances);
  }

  /** True if {@link #close} has parts to stop. */
  public synchronized boolean isStarted() {
    return kafka != null && !closed;
  }

  /** The folder in which the store keeps the objects of a key prefix as files. */
  public Path folderOf(String keyPrefix) {
    return settings.data().resolve("s3/buckets").resolve(BUCKET).resolve(keyPrefix);
  }

  /** Path of the log of a service. */
  public Path logOf(String service) {
    return settings.data().resolve("logs").resolve(service + ".log");
  }

  /** Names of the services, the trainers first. */
  public synchronized List<String> services() {
    return services.stream().map(SupervisedProgram::name).toList();
  }

  /**
   * The process ids by the names of the parts: the services, and this process, which has broker and
   * store. A service that is being restarted is missing.
   */
  public synchronized Map<String, Long> processes() {
    Map<String, Long> processes = new LinkedHashMap<>();
    for (SupervisedProgram service : services) {
      service.pid().ifPresent(pid -> processes.put(service.name(), pid));
    }
    processes.put(SERVERS, ProcessHandle.current().pid());
    return processes;
  }

  /**
   * The program that trains without a pipeline, with the memory and on the cores of a trainer. It
   * gets its data from the data-prep of this stack.
   *
   * @param arguments of {@code deepspeech.trainer.bare.BareStep}
   */
  public synchronized JavaProgram bareStep(List<String> arguments) {
    requireOpen();
    return placed(
        installation.bareStep(arguments, environment.ofBroker(kafka.bootstrapServers())), true);
  }

  /** Returns true if the service of that name is a trainer. */
  public static boolean isTrainer(String service) {
    return service.startsWith(Installation.TRAINER);
  }

  /**
   * Kills the process of a service (SIGKILL) to simulate a fault. The service is then restarted.
   *
   * @return false if the service has no running process
   */
  public synchronized boolean kill(String service) {
    return services.stream()
        .filter(program -> program.name().equals(service))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no service " + service))
        .kill();
  }

  /**
   * Stops the broker and starts it again on the same port with the same data.
   *
   * @param down time between stop and start
   */
  public void restartBroker(Duration down) throws InterruptedException {
    int port;
    synchronized (this) {
      requireOpen();
      port = kafka.port();
      kafka.close();
    }
    TimeUnit.NANOSECONDS.sleep(down.toNanos());
    synchronized (this) {
      requireOpen();
      kafka = LocalServers.broker(settings, port);
    }
  }

  /**
   * Stops the store and starts it again on the same port with the same data. Requests in progress
   * are cut off.
   *
   * @param down time between stop and start
   */
  public void restartStore(Duration down) throws InterruptedException {
    int port;
    synchronized (this) {
      requireOpen();
      port = s3.port();
      LocalServers.stop(s3);
    }
    TimeUnit.NANOSECONDS.sleep(down.toNanos());
    synchronized (this) {
      requireOpen();
      s3 = LocalServers.store(settings, port);
    }
  }

  /** Why a part that the stack needs has ended for good; empty if none has. */
  public synchronized Optional<String> failure() {
    Optional<String> broker = kafka == null ? Optional.empty() : kafka.failure();
    return broker.or(
        () -> services.stream().flatMap(service -> service.failure().stream()).findFirst());
  }

  /**
   * Stops the services, then the store, then the broker. The trainer gets time to write a
   * checkpoint. The data are kept.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    services.forEach(SupervisedProgram::requestStop);
    for (SupervisedProgram service : services) {
      service.stop(isTrainer(service.name()) ? TRAINER_GRACE : GRACE);
    }
    if (s3 != null) {
      LocalServers.stop(s3);
    }
    if (kafka != null) {
      kafka.close();
    }
    portLocks.close();
    if (state != null) {
      stateFiles().forEach(state::remove);
    }
  }

  private void refuseSecondStack() {
    StackState.running(StackState.file(settings.data()))
        .ifPresent(
            running -> {
              throw new CommandFailedException(
                  "--data: %s is in use by the stack of process %d; stop that stack or choose another directory"
                      .formatted(settings.data(), running.process().pid()));
            });
  }

  private synchronized List<ServiceInstance> startServers() throws InterruptedException {
    requireOpen();
    PortChoice ports = new PortChoice(portLocks);
    kafka = LocalServers.broker(settings, ports.kafka(settings));
    s3 = LocalServers.store(settings, ports.s3(settings));
    s3.createBucket(BUCKET);
    try (TopicSetup topics = new TopicSetup(BrokerConfiguration.of(kafka.bootstrapServers()))) {
      topics.ensureShared();
    }
    List<ServiceInstance> instances = ServiceInstance.all(settings, ports);
    announcements.accept(
        "Broker and store are ready; starting " + AwaitedServices.names(instances));
    for (ServiceInstance instance : instances) {
      services.add(
          SupervisedProgram.start(
              program(instance), logOf(instance.name()), settings.restarts(), announcements));
    }
    return instances;
  }

  private JavaProgram program(ServiceInstance instance) {
    JavaProgram program =
        installation.service(
            instance.module(),
            instance.name(),
            instance.jvmOptions(),
            environment.of(instance, kafka.bootstrapServers(), s3));
    return placed(program, instance.isTrainer());
  }

  private JavaProgram placed(JavaProgram program, boolean ofTrainer) {
    return settings
        .placement()
        .map(placement -> program.startedBy(placement.launcher(ofTrainer)))
        .orElse(program);
  }

  private void awaitReady(List<ServiceInstance> instances) throws InterruptedException {
    AwaitedServices awaited =
        new AwaitedServices(instances, new Readiness()::holds, announcements, System::nanoTime);
    while (!awaited.areReady()) {
      requireOpen();
      failure()
          .ifPresent(
              reason -> {
                throw new CommandFailedException(reason);
              });
      if (awaited.waited().compareTo(READY_WITHIN) > 0) {
        throw new CommandFailedException(
            "%s: not ready within %d s at %s; see its log in %s"
                .formatted(
                    awaited.first().name(),
                    READY_WITHIN.toSeconds(),
                    awaited.first().healthUrl(),
                    settings.data().resolve("logs")));
      }
      TimeUnit.NANOSECONDS.sleep(CHECK_INTERVAL.toNanos());
    }
  }

  private synchronized StackState remember(List<ServiceInstance> instances) {
    requireOpen();
    Map<String, String> healthUrls = new TreeMap<>();
    instances.forEach(instance -> healthUrls.put(instance.name(), instance.healthUrl()));
    state =
        new StackState(
            StackProcess.current(),
            settings.data().toString(),
            settings.datasetRoot().toString(),
            kafka.bootstrapServers(),
            new StackStore(s3.endpoint().toString(), s3.accessKey(), s3.secretKey(), BUCKET),
            instances.stream()
                .filter(ServiceInstance::isDashboard)
                .map(instance -> "http://localhost:" + instance.httpPort())
                .findFirst()
                .orElse(null),
            healthUrls);
    stateFiles().forEach(state::write);
    return state;
  }

  /** The state file in the data directory, and the one that commands without options read. */
  private Set<Path> stateFiles() {
    Set<Path> files = new LinkedHashSet<>();
    files.add(StackState.file(settings.data()));
    files.add(StackState.file(installation.defaultDataDirectory()));
    return files;
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new CommandFailedException("stopped while starting");
    }
  }
}
