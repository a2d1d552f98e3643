package deepspeech.broker;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.topic.TopicLayout;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The address of Kafka, the sign-in properties and the names on the broker.
 *
 * @param bootstrapServers {@code host:port}, several joined by commas
 * @param properties further properties of every Kafka client, such as {@code security.protocol},
 *     {@code sasl.mechanism}, {@code sasl.jaas.config}. They cannot override what a client needs
 *     for its job (serialisers, acknowledgement, offsets).
 * @param layout the names of topics and groups on the broker, and who creates the topics
 */
public record BrokerConfiguration(
    String bootstrapServers, Map<String, String> properties, TopicLayout layout) {
  private static final Pattern SERVER =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]):(\\d{1,5})");

  public BrokerConfiguration {
    String allowed = "host:port, or several separated by commas";
    InvalidMessageException.require(
        bootstrapServers != null, "bootstrap_servers", bootstrapServers, allowed);
    for (String server : List.of(bootstrapServers.split(",", -1))) {
      var matcher = SERVER.matcher(server.strip());
      InvalidMessageException.require(
          matcher.matches() && isPort(matcher.group(1)),
          "bootstrap_servers",
          bootstrapServers,
          allowed);
    }
    properties = Map.copyOf(properties);
    InvalidMessageException.require(
        !properties.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG),
        "properties",
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        "client properties other than the address, which bootstrap_servers gives");
  }

  /** A broker whose topics have the names that {@code Topics} gives them. */
  public BrokerConfiguration(String bootstrapServers, Map<String, String> properties) {
    this(bootstrapServers, properties, TopicLayout.DEFAULT);
  }

  /** A broker without sign-in. */
  public static BrokerConfiguration of(String bootstrapServers) {
    return new BrokerConfiguration(bootstrapServers, Map.of());
  }

  /**
   * Reads {@code KAFKA_BOOTSTRAP_SERVERS}, and the sign-in properties from every variable whose
   * name begins with {@code KAFKA_SECURITY_}, {@code KAFKA_SASL_} or {@code KAFKA_SSL_}, such as
   * {@code KAFKA_SASL_JAAS_CONFIG} for {@code sasl.jaas.config}. Quarkus reads the same variables.
   * Reads the {@link TopicLayout} too.
   *
   * @throws InvalidMessageException naming the missing or malformed variable
   */
  public static BrokerConfiguration of(EnvironmentVariables environment) {
    Map<String, String> properties = new TreeMap<>();
    environment
        .values()
        .forEach(
            (name, value) -> {
              if (name.matches("KAFKA_(SECURITY|SASL|SSL)_.+")) {
                properties.put(
                    name.substring("KAFKA_".length()).toLowerCase(Locale.ROOT).replace('_', '.'),
                    value);
              }
            });
    return new BrokerConfiguration(
        environment.required(
            "KAFKA_BOOTSTRAP_SERVERS", "host:port, or several separated by commas"),
        properties,
        TopicLayoutVariables.read(environment));
  }

  /** The same broker with the given properties instead. */
  public BrokerConfiguration with(Map<String, String> newProperties) {
    return new BrokerConfiguration(bootstrapServers, newProperties, layout);
  }

  /** The name on the broker of a topic or consumer group. */
  public String name(String topicOrGroup) {
    return layout.name(topicOrGroup);
  }

  /**
   * The properties of a Kafka client.
   *
   * @param own properties that the client needs for its job; they override {@link #properties()}
   */
  public Map<String, Object> client(Map<String, ?> own) {
    Map<String, Object> all = new HashMap<>(properties);
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    all.putAll(own);
    return all;
  }

  /**
   * Opens an admin client. The broker need not be reachable yet.
   *
   * @param limit timeout of each request, from 1 ms
   */
  public Admin admin(Duration limit) {
    int millis = (int) Math.max(1, Math.min(Integer.MAX_VALUE, limit.toMillis()));
    return Admin.create(
        client(
            Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis)));
  }

  /** Shows the names of the properties without their values, because some values are passwords. */
  @Override
  public String toString() {
    return bootstrapServers + " " + new TreeMap<>(properties).keySet();
  }

  private static boolean isPort(String digits) {
    int port = Integer.parseInt(digits);
    return port >= 1 && port <= 65_535;
  }
}
