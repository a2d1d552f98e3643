package deepspeech.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A broker that asks for a password and checks rights: {@code admin} has all, {@code guest} none
 * but those that a test grants.
 */
final class BrokerWithRights implements AutoCloseable {
  private final KafkaRaftServer server;
  private final int port;

  private BrokerWithRights(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  static BrokerWithRights start(Path directory) throws Exception {
    int port = freePort();
    int controllerPort = freePort();
    String log = directory.resolve("log").toString();
    try (PrintStream print =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(print)
          .setNodeId(1)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(log)
          .addDirectory(log)
          .run();
    }
    Map<String, String> configuration = new HashMap<>();
    String listeners =
        "CLIENTS://127.0.0.1:%d,INSIDE://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(port, freePort(), controllerPort);
    configuration.put("process.roles", "broker,controller");
    configuration.put("node.id", "1");
    configuration.put("listeners", listeners);
    configuration.put("advertised.listeners", listeners);
    configuration.put(
        "listener.security.protocol.map",
        "CLIENTS:SASL_PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT");
    configuration.put("inter.broker.listener.name", "INSIDE");
    configuration.put("controller.listener.names", "CONTROLLER");
    configuration.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    configuration.put("log.dirs", log);
    configuration.put("auto.create.topics.enable", "false");
    configuration.put("offsets.topic.replication.factor", "1");
    configuration.put("log.cleaner.dedupe.buffer.size", "4194304");
    configuration.put("sasl.enabled.mechanisms", "PLAIN");
    configuration.put(
        "listener.name.clients.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " user_admin=\"admin\" user_guest=\"guest\";");
    configuration.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    configuration.put("super.users", "User:ANONYMOUS;User:admin");
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(configuration), Time.SYSTEM);
    server.startup();
    return new BrokerWithRights(server, port);
  }

  BrokerConfiguration as(String user, String password) {
    return new BrokerConfiguration(
        "127.0.0.1:" + port,
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "PLAIN",
            "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=\"%s\" password=\"%s\";".formatted(user, password)));
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
