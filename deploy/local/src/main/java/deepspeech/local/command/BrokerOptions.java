package deepspeech.local.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.StartupCheck;
import deepspeech.local.CommandFailedException;
import deepspeech.local.stack.Installation;
import deepspeech.local.stack.StackState;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Which Kafka a command talks to. */
final class BrokerOptions {
  private static final String VARIABLE = "KAFKA_BOOTSTRAP_SERVERS";
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description =
          "the Kafka to use; without it that of the environment's KAFKA_BOOTSTRAP_SERVERS, else that"
              + " of the running local stack")
  private String bootstrapServers;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description =
          "properties of the Kafka clients, such as security.protocol and sasl.jaas.config")
  private Path commandConfig;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "data directory of the local stack, if it is not the last one started")
  private Path data;

  /**
   * The broker to talk to, after it has answered.
   *
   * @throws CommandFailedException if nothing tells which
   */
  BrokerConfiguration broker(Context context) throws InterruptedException {
    BrokerConfiguration broker =
        new BrokerConfiguration(bootstrapServers(context.environment()), properties());
    new StartupCheck(broker).requireReachable(ANSWERS_WITHIN);
    return broker;
  }

  private String bootstrapServers(Map<String, String> environment) {
    if (bootstrapServers != null) {
      return bootstrapServers;
    }
    String variable = environment.get(VARIABLE);
    if (data == null && variable != null && !variable.isBlank()) {
      return variable;
    }
    Path directory = data == null ? Installation.current().defaultDataDirectory() : data;
    Optional<StackState> running = StackState.running(StackState.file(directory));
    return running
        .map(StackState::bootstrapServers)
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "no Kafka: neither --bootstrap-servers nor %s is given, and no local stack runs with its data in %s (deepspeech up starts one)"
                        .formatted(VARIABLE, directory)));
  }

  private Map<String, String> properties() {
    if (commandConfig == null) {
      return Map.of();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(commandConfig)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandFailedException(
          "--command-config: %s cannot be read as properties: %s"
              .formatted(commandConfig, e.getMessage()),
          e);
    }
    Map<String, String> map = new TreeMap<>();
    properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
    return map;
  }
}
