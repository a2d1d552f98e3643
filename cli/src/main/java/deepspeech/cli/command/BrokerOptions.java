package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.start.StartupCheck;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.checkpoint.OtherStore;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.stack.Installation;
import deepspeech.cli.stack.StackState;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Options that select the Kafka broker of a command. */
final class BrokerOptions {
  private static final String VARIABLE = "KAFKA_BOOTSTRAP_SERVERS";
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description =
          "the Kafka broker; default: KAFKA_BOOTSTRAP_SERVERS of the environment, else the broker of"
              + " the running local stack")
  private String bootstrapServers;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description =
          "file with properties of the Kafka clients, such as security.protocol and sasl.jaas.config")
  private Path commandConfig;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "data directory of the local stack; default: that of the stack started last")
  private Path data;

  /**
   * The configuration of the selected broker, after a check that the broker is reachable.
   *
   * @throws CommandFailedException if no broker is given and no local stack is running
   */
  BrokerConfiguration broker(Context context) throws InterruptedException {
    BrokerConfiguration broker = configuration(context.environment());
    new StartupCheck(broker).requireReachable(ANSWERS_WITHIN);
    return broker;
  }

  /**
   * The checkpoint store: that of the running local stack if the stack's Kafka is used, otherwise
   * the one that the environment names.
   *
   * @return empty if the environment names no store
   */
  Optional<CheckpointStoreConfiguration> checkpointStore(Context context) {
    EnvironmentVariables environment = new EnvironmentVariables(context.environment());
    if (isOfRunningStack(context.environment())) {
      return Optional.of(runningStack().checkpointStore().with(OtherStore.all(environment)));
    }
    return ObjectStoreConfiguration.ifSet(environment)
        .map(server -> CheckpointStoreConfiguration.of(environment));
  }

  private boolean isOfRunningStack(Map<String, String> environment) {
    return bootstrapServers == null
        && (data != null || environment.getOrDefault(VARIABLE, "").isBlank());
  }

  private BrokerConfiguration configuration(Map<String, String> environment) {
    String variable = environment.getOrDefault(VARIABLE, "");
    if (isOfRunningStack(environment)) {
      return BrokerConfiguration.of(runningStack().bootstrapServers());
    }
    Map<String, String> effective = new TreeMap<>(environment);
    effective.put(VARIABLE, bootstrapServers == null ? variable : bootstrapServers);
    BrokerConfiguration ofEnvironment = BrokerConfiguration.of(new EnvironmentVariables(effective));
    Map<String, String> properties = new TreeMap<>(ofEnvironment.properties());
    properties.putAll(configFile());
    return ofEnvironment.with(properties);
  }

  private StackState runningStack() {
    Path directory =
        Optional.ofNullable(data)
            .or(() -> Installation.find().map(Installation::defaultDataDirectory))
            .orElseThrow(
                () ->
                    new CommandFailedException(
                        "no Kafka broker: neither --bootstrap-servers nor %s is given"
                            .formatted(VARIABLE)));
    return StackState.running(StackState.file(directory))
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "no Kafka broker: neither --bootstrap-servers nor %s is given, and no local stack is running with its data in %s (deepspeech up starts one, which is found once it prints Ready)"
                        .formatted(VARIABLE, directory)));
  }

  private Map<String, String> configFile() {
    if (commandConfig == null) {
      return Map.of();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(commandConfig)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandFailedException(
          "--command-config: %s cannot be read as properties: %s"
              .formatted(
                  commandConfig,
                  e instanceof NoSuchFileException ? "no such file" : e.getMessage()),
          e);
    }
    Map<String, String> map = new TreeMap<>();
    properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
    return map;
  }
}
