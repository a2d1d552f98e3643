package deepspeech.embedded;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * An Apache Kafka broker with one node (KRaft, broker and controller combined) inside this JVM.
 *
 * <p>It listens on the loopback address only, without authentication, and does not create topics
 * automatically. Topics and records stay in the data directory and exist again after a restart, on
 * the same or another port. The broker's threads keep the JVM alive until {@link #close()}.
 *
 * <p>On a fatal fault, such as a full disk, Kafka would end the process. Inside another program's
 * JVM the fault is stored in {@link #failure()} instead, and that program decides what to do.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private static final String SERVER = "Kafka broker";
  private static final int NODE_ID = 1;

  private final DataDirectory dataDirectory;
  private final int port;
  private final KafkaRaftServer server;
  private final AtomicReference<String> failure;
  private final QuietLogging logging;
  private boolean closed;

  private EmbeddedKafka(
      DataDirectory dataDirectory,
      int port,
      KafkaRaftServer server,
      AtomicReference<String> failure,
      QuietLogging logging) {
    this.dataDirectory = dataDirectory;
    this.port = port;
    this.server = server;
    this.failure = failure;
    this.logging = logging;
  }

  /**
   * Starts a broker and returns when it accepts requests (2 to 4 s).
   *
   * @param dataDirectory directory of topics and records; created if it is missing
   * @param port the port to listen on, 0 for any free one
   * @throws EmbeddedServerException if the port is in use, or the directory cannot be written to or
   *     is in use; the message is one line
   */
  public static EmbeddedKafka start(Path dataDirectory, int port) {
    DataDirectory directory = DataDirectory.open(SERVER, dataDirectory);
    QuietLogging logging = QuietLogging.ofKafka();
    try {
      int brokerPort = LocalPort.claim(SERVER, port);
      int controllerPort = LocalPort.claimOther(SERVER, brokerPort);
      Path log = directory.subdirectory("log");
      format(log);
      AtomicReference<String> failure = new AtomicReference<>();
      Exit.Procedure procedure =
          (status, message) -> fail(failure, endOf(directory, status, message));
      Exit.setHaltProcedure(procedure);
      Exit.setExitProcedure(procedure);
      KafkaRaftServer server =
          new KafkaRaftServer(
              new KafkaConfig(configuration(log, brokerPort, controllerPort)), Time.SYSTEM);
      try {
        server.startup();
      } catch (RuntimeException e) {
        stopAfter(e, server);
        throw new EmbeddedServerException(
            "%s: did not start on port %d with data directory %s: %s"
                .formatted(SERVER, brokerPort, log, rootCause(e)),
            e);
      }
      return new EmbeddedKafka(directory, brokerPort, server, failure, logging);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** The value of {@code bootstrap.servers} for clients: {@code 127.0.0.1:PORT}. */
  public String bootstrapServers() {
    return LocalPort.HOST + ":" + port;
  }

  /** The port to which clients connect. */
  public int port() {
    return port;
  }

  /** The reason why the broker ended on its own; empty while it runs normally. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure.get());
  }

  /**
   * Stops the broker. Topics and records stay in the data directory. A second call has no effect.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    QuietLogging stopping = QuietLogging.ofKafkaStopping();
    try {
      server.shutdown();
      server.awaitShutdown();
    } finally {
      dataDirectory.close();
      Reference.reachabilityFence(logging);
      Reference.reachabilityFence(stopping);
    }
  }

  private static void format(Path log) {
    if (Files.exists(log.resolve("meta.properties"))) {
      return;
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (PrintStream print = new PrintStream(output, true, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(print)
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(log.toString())
          .addDirectory(log.toString())
          .run();
    } catch (Exception e) {
      throw new EmbeddedServerException(
          "%s: data directory %s cannot be formatted: %s".formatted(SERVER, log, rootCause(e)), e);
    }
  }

  private static Map<String, Object> configuration(Path log, int brokerPort, int controllerPort) {
    String broker = "BROKER://" + LocalPort.HOST + ":" + brokerPort;
    String controller = "CONTROLLER://" + LocalPort.HOST + ":" + controllerPort;
    Map<String, Object> configuration = new HashMap<>();
    configuration.put("process.roles", "broker,controller");
    configuration.put("node.id", Integer.toString(NODE_ID));
    configuration.put("listeners", broker + "," + controller);
    configuration.put("advertised.listeners", broker + "," + controller);
    configuration.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    configuration.put("inter.broker.listener.name", "BROKER");
    configuration.put("controller.listener.names", "CONTROLLER");
    // With a static quorum the controller may restart on another port. A dynamic voter may not.
    configuration.put(
        "controller.quorum.voters", NODE_ID + "@" + LocalPort.HOST + ":" + controllerPort);
    configuration.put("log.dirs", log.toString());
    configuration.put("auto.create.topics.enable", "false");
    configuration.put("num.partitions", "1");
    configuration.put("default.replication.factor", "1");

    for (String internal : new String[] {"offsets.topic", "transaction.state.log"}) {
      configuration.put(internal + ".replication.factor", "1");
      configuration.put(internal + ".num.partitions", "1");
    }
    configuration.put("transaction.state.log.min.isr", "1");
    configuration.put("share.coordinator.state.topic.replication.factor", "1");
    configuration.put("share.coordinator.state.topic.num.partitions", "1");
    configuration.put("share.coordinator.state.topic.min.isr", "1");
    configuration.put("group.initial.rebalance.delay.ms", "0");

    // Memory: the defaults are for a machine that runs nothing else.
    configuration.put("log.cleaner.dedupe.buffer.size", "4194304");
    configuration.put("log.cleaner.threads", "1");
    configuration.put("log.index.size.max.bytes", "1048576");
    configuration.put("num.network.threads", "2");
    configuration.put("num.io.threads", "4");
    configuration.put("background.threads", "2");

    // Trimmed and deleted records are removed from the disk within seconds, so that disk use stays
    // bounded.
    configuration.put("log.segment.bytes", Integer.toString(64 << 20));
    configuration.put("log.retention.check.interval.ms", "10000");
    configuration.put("log.segment.delete.delay.ms", "1000");
    configuration.put("file.delete.delay.ms", "1000");
    return configuration;
  }

  /**
   * The reason of an end. The broker ends itself when a write fails and does not say that the disk
   * is full, so the free space is checked here.
   */
  private static String endOf(DataDirectory directory, int status, String message) {
    return directory
        .fullness()
        .map(full -> "%s ended: %s".formatted(SERVER, full))
        .orElseGet(
            () ->
                "%s ended with status %d%s"
                    .formatted(SERVER, status, message == null ? "" : ": " + message));
  }

  /** Always throws, because Kafka's code after a halt must not be reached. */
  private static void fail(AtomicReference<String> failure, String reason) {
    failure.compareAndSet(null, reason);
    throw new EmbeddedServerException(reason);
  }

  private static void stopAfter(RuntimeException failure, KafkaRaftServer server) {
    try {
      server.shutdown();
      server.awaitShutdown();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static String rootCause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }
}
