package deepspeech.broker;

import deepspeech.messages.InvalidMessageException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Where Kafka is and how to sign in.
 *
 * @param bootstrapServers {@code host:port}, several joined by commas
 * @param properties further properties of every Kafka client, such as {@code security.protocol},
 *     {@code sasl.mechanism}, {@code sasl.jaas.config}; what a client needs for its job
 *     (serialisers, acknowledgement, offsets) cannot be changed by them
 */
public record BrokerConfiguration(String bootstrapServers, Map<String, String> properties) {
  private static final Pattern SERVER =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]):(\\d{1,5})");

  public BrokerConfiguration {
    String allowed = "host:port, several joined by commas";
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
        "other client properties: the address is told by bootstrap_servers");
  }

  /** A broker that asks for no sign-in. */
  public static BrokerConfiguration of(String bootstrapServers) {
    return new BrokerConfiguration(bootstrapServers, Map.of());
  }

  /**
   * The properties of a Kafka client.
   *
   * @param own what the client needs for its job; wins over {@link #properties()}
   */
  public Map<String, Object> client(Map<String, ?> own) {
    Map<String, Object> all = new HashMap<>(properties);
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    all.putAll(own);
    return all;
  }

  /** Shows the names of the properties without their values, among which passwords are. */
  @Override
  public String toString() {
    return bootstrapServers + " " + new TreeMap<>(properties).keySet();
  }

  private static boolean isPort(String digits) {
    int port = Integer.parseInt(digits);
    return port >= 1 && port <= 65_535;
  }
}
