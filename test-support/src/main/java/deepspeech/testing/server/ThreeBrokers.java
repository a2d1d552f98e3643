package deepspeech.testing.server;

import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.JavaProcess;
import deepspeech.testing.process.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;

/**
 * Three Kafka brokers as processes of their own, each of which is a controller too. A topic has
 * three replicas, of which two have to be in sync for a write, so any one broker may be away.
 */
public final class ThreeBrokers implements AutoCloseable {
  /** The numbers of the brokers. */
  public static final List<Integer> NUMBERS = List.of(1, 2, 3);

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int REQUEST_MILLIS = 5_000;

  /** Somewhat more than a broker's quota window, 11 samples of 1 s. */
  private static final Duration QUOTA_WINDOW = Duration.ofSeconds(12);

  private final Path folder;
  private final Map<Integer, Integer> clientPorts = new HashMap<>();
  private final Map<Integer, Integer> controllerPorts = new HashMap<>();
  private final Map<Integer, JavaProcess> running = new HashMap<>();
  private int starts;

  private ThreeBrokers(Path folder) {
    this.folder = folder;
  }

  /**
   * Starts the brokers and returns when all three are members of the cluster.
   *
   * @param folder an existing one, for data and logs
   */
  public static ThreeBrokers start(Path folder) throws IOException, InterruptedException {
    ThreeBrokers brokers = new ThreeBrokers(folder);
    for (int number : NUMBERS) {
      brokers.clientPorts.put(number, ServiceProcess.freePort());
      brokers.controllerPorts.put(number, ServiceProcess.freePort());
    }
    try {
      for (int number : NUMBERS) {
        brokers.start(number);
      }
      brokers.awaitInSync();
    } catch (AssertionError | InterruptedException e) {
      brokers.close();
      throw e;
    }
    return brokers;
  }

  /** The addresses of all brokers, for clients. */
  public String bootstrapServers() {
    return NUMBERS.stream()
        .map(number -> "127.0.0.1:" + clientPorts.get(number))
        .collect(Collectors.joining(","));
  }

  /** Starts a broker on its ports and its data. It needs some seconds. */
  public void start(int number) throws IOException {
    starts++;
    running.put(
        number,
        JavaLaunch.mainClass(BrokerNode.class)
            .options("-Xmx256m", "-XX:+UseSerialGC")
            .start(
                folder.resolve("broker-%d-%d.log".formatted(number, starts)),
                folder.resolve("broker-" + number).toString(),
                String.valueOf(number),
                String.valueOf(clientPorts.get(number)),
                String.valueOf(controllerPorts.get(number)),
                NUMBERS.stream()
                    .map(other -> other + "@127.0.0.1:" + controllerPorts.get(other))
                    .collect(Collectors.joining(","))));
  }

  /** Stops a broker with SIGTERM, and waits for its end. */
  public void stop(int number) {
    running.remove(number).close();
  }

  /** Kills a broker with SIGKILL. */
  public void kill(int number) throws InterruptedException {
    running.remove(number).kill();
  }

  /** The broker that leads the first partition of a topic. */
  public int leaderOf(String topic) throws InterruptedException {
    return answer(
        admin ->
            admin
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .get(0)
                .leader()
                .id());
  }

  /**
   * Waits until all brokers are members, and have all records of all topics. Until then no further
   * broker may go.
   */
  public void awaitInSync() throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    String missing = answer(ThreeBrokers::missing);
    while (!missing.isEmpty()) {
      assertBefore(deadline, "the brokers are not in sync: " + missing);
      TimeUnit.MILLISECONDS.sleep(100);
      missing = answer(ThreeBrokers::missing);
    }
  }

  /** What the cluster is asked for. */
  private interface Request<T> {
    T of(Admin admin) throws ExecutionException, InterruptedException;
  }

  /** Repeats a request as long as brokers come and go. */
  private <T> T answer(Request<T> request) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try (Admin admin = admin()) {
      while (true) {
        try {
          return request.of(admin);
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof RetriableException)) {
            throw new IllegalStateException("the cluster does not answer", e.getCause());
          }
          assertBefore(deadline, "the cluster does not answer: " + e.getCause());
        }
      }
    }
  }

  private static void assertBefore(long deadline, String otherwise) {
    if (System.nanoTime() > deadline) {
      throw new AssertionError(otherwise);
    }
  }

  /**
   * Limits what each consumer reads, so that a run lasts as long as a test needs it. Waits first
   * until a broker has forgotten what was read without a limit: it counts that too, and Kafka 4.1
   * then gives a consumer of the same client id nothing for minutes (15.6 MB within the window and
   * a limit of 62 kB/s: 253 s).
   *
   * @param bytesPerSecond of each consumer, from each broker; empty for no limit
   */
  public void limitReading(OptionalLong bytesPerSecond) throws InterruptedException {
    if (bytesPerSecond.isPresent()) {
      TimeUnit.MILLISECONDS.sleep(QUOTA_WINDOW.toMillis());
    }
    Map<String, String> everyClient = Collections.singletonMap(ClientQuotaEntity.CLIENT_ID, null);
    ClientQuotaAlteration alteration =
        new ClientQuotaAlteration(
            new ClientQuotaEntity(everyClient),
            List.of(
                new ClientQuotaAlteration.Op(
                    "consumer_byte_rate",
                    bytesPerSecond.isPresent() ? (double) bytesPerSecond.getAsLong() : null)));
    var unused = answer(admin -> admin.alterClientQuotas(List.of(alteration)).all().get());
  }

  private static String missing(Admin admin) throws ExecutionException, InterruptedException {
    int members = admin.describeCluster().nodes().get().size();
    if (members < NUMBERS.size()) {
      return members + " brokers";
    }
    List<String> behind = new ArrayList<>();
    for (TopicDescription topic :
        admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get().values()) {
      topic.partitions().stream()
          .filter(partition -> partition.isr().size() < partition.replicas().size())
          .forEach(partition -> behind.add(topic.name() + "/" + partition.partition()));
    }
    return String.join(", ", behind);
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers",
            bootstrapServers(),
            "request.timeout.ms",
            REQUEST_MILLIS,
            "default.api.timeout.ms",
            REQUEST_MILLIS));
  }

  /** Kills the brokers. Nothing is done with their data afterwards. */
  @Override
  public void close() {
    for (JavaProcess broker : List.copyOf(running.values())) {
      broker.process().destroyForcibly();
    }
    running.clear();
  }
}
