package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.messages.store.S3Right;
import deepspeech.messages.store.S3Right.Action;
import deepspeech.messages.store.S3Right.Place;
import deepspeech.messages.store.S3Rights;
import deepspeech.messages.topic.KafkaRights;
import deepspeech.messages.topic.KafkaRights.Client;
import deepspeech.messages.topic.TopicLayout;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.S3Credentials;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.ServiceProcess;
import deepspeech.testing.server.SecuredBroker;
import deepspeech.testing.server.SecuredStore;
import deepspeech.testing.server.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The built services on a broker with TLS, SASL/SCRAM and the rights of {@link KafkaRights}, and on
 * a store with TLS and the rights of {@link S3Rights}. Each service is a user of its own. All names
 * on the broker and all keys in the store have a prefix, and the services create no shared topic.
 * The data set is in the store.
 */
final class SecuredInstallation implements AutoCloseable {
  static final String DATA = "s3://speech-data/corpus/";

  private static final String TOPIC_PREFIX = "team-a.";
  private static final String KEY_PREFIX = "team/a";
  private static final String BUCKET = "models";
  private static final String DATA_BUCKET = "speech-data";

  private final Path directory;
  private final TestAuthority authority;
  private final SecuredBroker kafka;
  private final SecuredStore store;
  private final RunningPipeline pipeline;
  private final Map<Client, ServiceProcess> services = new EnumMap<>(Client.class);
  private ServiceProcess dashboard;

  private SecuredInstallation(Path directory) throws Exception {
    this.directory = directory;
    this.authority = TestAuthority.in(directory);
    this.kafka =
        SecuredBroker.start(
            directory.resolve("kafka"),
            authority,
            Stream.of(Client.values()).map(SecuredInstallation::user).toArray(String[]::new));
    this.store =
        SecuredStore.start(
            directory.resolve("s3"), Optional.of(authority.serverKey()), BUCKET, DATA_BUCKET);
    this.pipeline = new RunningPipeline(directory);
  }

  /** Starts everything and waits until it is ready. */
  static SecuredInstallation start(Path directory) throws Exception {
    SecuredInstallation installation = new SecuredInstallation(directory);
    try {
      installation.prepare();
      installation.start(Client.TRAINER, "trainer-service");
      installation.start(Client.EVALUATOR, "evaluator-service");
      installation.start(Client.DATA_PREP, "data-prep-service");
      installation.start(Client.DASHBOARD, "dashboard");
      return installation;
    } catch (Exception | AssertionError e) {
      installation.close();
      throw e;
    }
  }

  private void prepare() throws Exception {
    for (Client client : Client.values()) {
      kafka.grant(user(client), TOPIC_PREFIX, KafkaRights.of(client));
    }
    grantAll();
    try (TopicSetup topics = new TopicSetup(as(SecuredBroker.ADMIN, TopicLayout.Owner.SERVICES))) {
      topics.ensureShared();
    }
    pipeline.use(as(user(Client.COMMAND_LINE), TopicLayout.Owner.OPERATOR));
    Path corpus = pipeline.datasetRoot().resolve("corpus");
    try (Stream<Path> files = Files.walk(corpus)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        store.put(DATA_BUCKET, "corpus/" + corpus.relativize(file), Files.readAllBytes(file));
      }
    }
  }

  RunningPipeline pipeline() {
    return pipeline;
  }

  SecuredStore store() {
    return store;
  }

  Map<Client, ServiceProcess> services() {
    return services;
  }

  /** Each client has its rights in the store. */
  void grantAll() {
    for (Client client : Client.values()) {
      grant(client, S3Rights.of(client));
    }
  }

  private void grant(Client client, Collection<S3Right> rights) {
    store.revoke(user(client));
    for (Place place : Place.values()) {
      List<S3Right> there = rights.stream().filter(right -> right.place() == place).toList();
      if (place == Place.DATA) {
        store.grant(user(client), DATA_BUCKET, "", there);
      } else {
        store.grant(user(client), BUCKET, KEY_PREFIX + "/", there);
      }
    }
  }

  /** A client lacks one right. */
  void deny(Client client, Action action, String keys) {
    List<S3Right> rights = S3Rights.of(client);
    List<S3Right> others =
        rights.stream()
            .filter(right -> right.action() != action || !right.keys().equals(keys))
            .toList();
    assertThat(others).hasSize(rights.size() - 1);
    grant(client, others);
  }

  /** The checkpoint store as a client sees it. */
  CheckpointStoreConfiguration checkpoints(Client client) {
    return new CheckpointStoreConfiguration(
        new ObjectStoreConfiguration(
            store.endpoint(),
            new S3Credentials.KeyPair(user(client), SecuredStore.secretKey(user(client))),
            null,
            Optional.of(authority.certificate())),
        BUCKET,
        KEY_PREFIX);
  }

  /** Starts a service and waits until it is ready. */
  private void start(Client client, String module) throws IOException, InterruptedException {
    int port = ServiceProcess.freePort();
    Map<String, String> environment = new HashMap<>(kafka.variables(user(client)));
    environment.put(TopicLayout.PREFIX, TOPIC_PREFIX);
    environment.put(TopicLayout.OWNER, "operator");
    environment.put("DEEPSPEECH_WORK_DIR", directory.resolve("work-" + module).toString());
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    int page = port;
    if (client == Client.DASHBOARD) {
      page = ServiceProcess.freePort();
      environment.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(port));
    } else {
      environment.putAll(storeVariables(client));
    }
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(page));
    ServiceProcess service =
        new ServiceProcess(
            JavaLaunch.service(module)
                .options("-Xmx512m")
                .environment(environment)
                .start(directory.resolve(module + ".log")),
            port);
    services.put(client, service);
    service.awaitReady();
    if (client == Client.DASHBOARD) {
      dashboard = new ServiceProcess(service.program(), page);
    }
  }

  /** The dashboard at the port of its page. */
  ServiceProcess page() {
    return dashboard;
  }

  /** The keys are in files, as in a mounted secret. */
  private Map<String, String> storeVariables(Client client) throws IOException {
    String user = user(client);
    Path folder = Files.createDirectories(directory.resolve("keys-" + user));
    return Map.of(
        "DEEPSPEECH_S3_ENDPOINT", store.endpoint().toString(),
        "DEEPSPEECH_S3_BUCKET", BUCKET,
        "DEEPSPEECH_S3_PREFIX", KEY_PREFIX,
        "DEEPSPEECH_S3_ACCESS_KEY_FILE",
            Files.writeString(folder.resolve("access"), user).toString(),
        "DEEPSPEECH_S3_SECRET_KEY_FILE",
            Files.writeString(folder.resolve("key"), SecuredStore.secretKey(user)).toString(),
        "DEEPSPEECH_S3_CA_FILE", authority.certificate().toString(),
        "DEEPSPEECH_DATA_CACHE_DIR", directory.resolve("cache").toString());
  }

  private BrokerConfiguration as(String user, TopicLayout.Owner owner) {
    return new BrokerConfiguration(
        kafka.bootstrapServers(),
        kafka.properties(user),
        new TopicLayout(TOPIC_PREFIX, owner, OptionalInt.empty()));
  }

  static String user(Client client) {
    return client.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public void close() {
    services.values().forEach(ServiceProcess::close);
    store.close();
    kafka.close();
  }
}
