package deepspeech.testing.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * The program of one node of {@link ThreeBrokers}, broker and controller in one. It stops as a
 * broker does on SIGTERM: it hands its partitions over first. It also ends when its standard input
 * ends, so that it does not outlive the test.
 */
final class BrokerNode {
  private static final String CLUSTER_ID = "ThreeBrokersOfATestAAA";

  private BrokerNode() {}

  /**
   * Runs until it is stopped.
   *
   * @param arguments folder of the data, number of the node, port for clients, port of the
   *     controller, and all controllers as {@code number@host:port}
   */
  public static void main(String[] arguments) throws Exception {
    Path log = Path.of(arguments[0]);
    format(log, Integer.parseInt(arguments[1]));
    KafkaRaftServer server =
        new KafkaRaftServer(new KafkaConfig(configuration(log, arguments)), Time.SYSTEM);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.shutdown();
                  server.awaitShutdown();
                }));
    server.startup();
    awaitEndOfInput();
    System.exit(0);
  }

  private static void awaitEndOfInput() throws IOException {
    while (System.in.read() >= 0) {
      // Nobody writes.
    }
  }

  private static void format(Path log, int node) throws Exception {
    if (Files.exists(log.resolve("meta.properties"))) {
      return;
    }
    try (PrintStream print =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(print)
          .setNodeId(node)
          .setClusterId(CLUSTER_ID)
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(log.toString())
          .addDirectory(log.toString())
          .run();
    }
  }

  private static Map<String, Object> configuration(Path log, String[] arguments) {
    String listeners =
        "BROKER://127.0.0.1:%s,CONTROLLER://127.0.0.1:%s".formatted(arguments[2], arguments[3]);
    Map<String, Object> configuration = new HashMap<>();
    configuration.put("process.roles", "broker,controller");
    configuration.put("node.id", arguments[1]);
    configuration.put("listeners", listeners);
    configuration.put("advertised.listeners", listeners);
    configuration.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    configuration.put("inter.broker.listener.name", "BROKER");
    configuration.put("controller.listener.names", "CONTROLLER");
    configuration.put("controller.quorum.voters", arguments[4]);
    configuration.put("log.dirs", log.toString());
    // As deploy/kubernetes/components/kafka sets them.
    configuration.put("default.replication.factor", "3");
    configuration.put("min.insync.replicas", "2");
    configuration.put("offsets.topic.replication.factor", "3");
    configuration.put("transaction.state.log.replication.factor", "3");
    configuration.put("transaction.state.log.min.isr", "2");
    configuration.put("auto.create.topics.enable", "false");
    // Three nodes share two processors with all services.
    configuration.put("offsets.topic.num.partitions", "6");
    configuration.put("num.network.threads", "2");
    configuration.put("num.io.threads", "4");
    configuration.put("background.threads", "2");
    configuration.put("log.cleaner.dedupe.buffer.size", "4194304");
    configuration.put("log.index.size.max.bytes", "1048576");
    return configuration;
  }
}
