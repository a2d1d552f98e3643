package deepspeech.testing.server;

import deepspeech.embedded.ServerKey;
import deepspeech.messages.topic.KafkaRight;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A broker with TLS and SASL/SCRAM that checks rights. {@link #ADMIN} has all rights; other users
 * have those that a test grants. The password of a user is its name with {@code -secret} appended.
 */
public final class SecuredBroker implements AutoCloseable {
  /** The user who has all rights. */
  public static final String ADMIN = "admin";

  private static final String MECHANISM = "SCRAM-SHA-512";

  private final KafkaRaftServer server;
  private final int port;
  private final TestAuthority authority;

  private SecuredBroker(KafkaRaftServer server, int port, TestAuthority authority) {
    this.server = server;
    this.port = port;
    this.authority = authority;
  }

  /**
   * Starts a broker on a free port.
   *
   * @param folder of its data
   * @param authority vouches for the broker
   * @param users names of the users besides {@link #ADMIN}
   */
  public static SecuredBroker start(Path folder, TestAuthority authority, String... users)
      throws Exception {
    int port = freePort();
    int controllerPort = freePort();
    String log = folder.resolve("log").toString();
    format(log, users);
    Map<String, Object> configuration = new HashMap<>();
    String listeners =
        "CLIENTS://127.0.0.1:%d,INSIDE://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(port, freePort(), controllerPort);
    configuration.put("process.roles", "broker,controller");
    configuration.put("node.id", "1");
    configuration.put("listeners", listeners);
    configuration.put("advertised.listeners", listeners);
    configuration.put(
        "listener.security.protocol.map", "CLIENTS:SASL_SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT");
    configuration.put("inter.broker.listener.name", "INSIDE");
    configuration.put("controller.listener.names", "CONTROLLER");
    configuration.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    configuration.put("log.dirs", log);
    configuration.put("auto.create.topics.enable", "false");
    configuration.put("offsets.topic.replication.factor", "1");
    configuration.put("offsets.topic.num.partitions", "1");
    configuration.put("group.initial.rebalance.delay.ms", "0");
    configuration.put("log.cleaner.dedupe.buffer.size", "4194304");
    configuration.put("log.index.size.max.bytes", "1048576");
    configuration.put("sasl.enabled.mechanisms", MECHANISM);
    configuration.put(
        "listener.name.clients.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    ServerKey key = authority.serverKey();
    configuration.put("ssl.keystore.type", "PKCS12");
    configuration.put("ssl.keystore.location", key.keyStore().toString());
    configuration.put("ssl.keystore.password", key.password());
    configuration.put("ssl.key.password", key.password());
    configuration.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The broker's own listeners have no sign-in.
    configuration.put("super.users", "User:ANONYMOUS;User:" + ADMIN);
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(configuration), Time.SYSTEM);
    server.startup();
    return new SecuredBroker(server, port, authority);
  }

  private static void format(String log, String... users) throws Exception {
    List<String> credentials = new ArrayList<>(List.of(credential(ADMIN)));
    for (String user : users) {
      credentials.add(credential(user));
    }
    try (PrintStream print =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(print)
          .setNodeId(1)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(log)
          .addDirectory(log)
          .setScramArguments(credentials)
          .run();
    }
  }

  private static String credential(String user) {
    return "%s=[name=%s,password=%s]".formatted(MECHANISM, user, password(user));
  }

  /** The address for clients. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** The password of a user. */
  public static String password(String user) {
    return user + "-secret";
  }

  /** The properties with which a Kafka client signs in. */
  public Map<String, String> properties(String user, String password) {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        MECHANISM,
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, password),
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        authority.certificate().toString());
  }

  /** The properties with which a Kafka client signs in with the user's password. */
  public Map<String, String> properties(String user) {
    return properties(user, password(user));
  }

  /** The variables with which a service signs in, with the address. */
  public Map<String, String> variables(String user) {
    Map<String, String> variables = new HashMap<>();
    variables.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers());
    properties(user)
        .forEach(
            (name, value) ->
                variables.put("KAFKA_" + name.toUpperCase(Locale.ROOT).replace('.', '_'), value));
    return variables;
  }

  /**
   * Gives rights to a user.
   *
   * @param prefix of the names of topics and groups on the broker
   */
  public void grant(String user, String prefix, Collection<KafkaRight> rights)
      throws ExecutionException, InterruptedException {
    List<AclBinding> entries = new ArrayList<>();
    for (KafkaRight right : rights) {
      ResourcePattern resource =
          new ResourcePattern(
              ResourceType.valueOf(right.resource().name()),
              prefix + right.name(),
              right.prefixed() ? PatternType.PREFIXED : PatternType.LITERAL);
      for (KafkaRight.Operation operation : right.operations()) {
        entries.add(
            new AclBinding(
                resource,
                new AccessControlEntry(
                    "User:" + user,
                    "*",
                    AclOperation.valueOf(operation.name()),
                    AclPermissionType.ALLOW)));
      }
    }
    try (Admin admin = admin()) {
      admin.createAcls(entries).all().get();
    }
  }

  /** A connection with all rights. */
  public Admin admin() {
    Map<String, Object> properties = new HashMap<>(properties(ADMIN));
    properties.put("bootstrap.servers", bootstrapServers());
    return Admin.create(properties);
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
