package deepspeech.dashboard.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.dashboard.access.SignIn;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Configuration of the service from environment variables.
 *
 * @param host address to listen on; without sign-in it must be a loopback address
 * @param port port to listen on; 0 for any free port
 * @param managementHost address to listen on for health and metrics
 * @param managementPort port for health and metrics; 0 for any free port
 * @param names further names under which users reach the page, {@code host} or {@code host:port}
 */
public record DashboardConfiguration(
    BrokerConfiguration broker,
    String host,
    int port,
    String managementHost,
    int managementPort,
    Set<String> names,
    SignIn signIn) {
  private static final String HOST = "DEEPSPEECH_DASHBOARD_HOST";
  private static final String HOSTS = "DEEPSPEECH_DASHBOARD_HOSTS";
  private static final String TOKEN = "DEEPSPEECH_DASHBOARD_TOKEN";
  private static final String OIDC_URL = "DEEPSPEECH_DASHBOARD_OIDC_URL";
  private static final String OIDC_CLIENT_ID = "DEEPSPEECH_DASHBOARD_OIDC_CLIENT_ID";
  private static final String OIDC_CLIENT_SECRET = "DEEPSPEECH_DASHBOARD_OIDC_CLIENT_SECRET";
  private static final String PORT = "QUARKUS_HTTP_PORT";
  private static final int USUAL_PORT = 8040;
  private static final String MANAGEMENT_HOST = "QUARKUS_MANAGEMENT_HOST";
  private static final String MANAGEMENT_PORT = "QUARKUS_MANAGEMENT_PORT";
  private static final int USUAL_MANAGEMENT_PORT = 8041;
  private static final int SHORTEST_TOKEN = 16;
  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?");

  /**
   * Reads the environment variables.
   *
   * @throws InvalidMessageException that names the variable, its value (unless it is a secret) and
   *     what is allowed
   */
  public static DashboardConfiguration of(EnvironmentVariables environment) {
    BrokerConfiguration broker = BrokerConfiguration.of(environment);
    SignIn signIn = signIn(environment);
    String host = environment.text(HOST, "127.0.0.1").strip();
    InetAddress address = address(host);
    InvalidMessageException.require(
        address.isLoopbackAddress() || !(signIn instanceof SignIn.None),
        HOST,
        host,
        "127.0.0.1 or another loopback address; any address if %s or %s is set"
            .formatted(TOKEN, OIDC_URL));
    Set<String> names = names(environment.text(HOSTS, ""));
    if (address.isAnyLocalAddress() && names.isEmpty()) {
      throw new InvalidMessageException(
          "%s: not set, allowed: the host names of the page, separated by commas, because %s is %s"
              .formatted(HOSTS, HOST, host));
    }
    return new DashboardConfiguration(
        broker,
        host,
        environment.number(PORT, USUAL_PORT, 0, 65_535),
        environment.text(MANAGEMENT_HOST, "127.0.0.1").strip(),
        environment.number(MANAGEMENT_PORT, USUAL_MANAGEMENT_PORT, 0, 65_535),
        names,
        signIn);
  }

  /**
   * Checks that the service can listen on its ports.
   *
   * @throws InvalidMessageException if the service cannot listen on one of them, or if both are the
   *     same
   */
  public void requireFreePorts() {
    InvalidMessageException.require(
        managementPort == 0 || managementPort != port,
        MANAGEMENT_PORT,
        managementPort,
        "a port other than that of the page");
    requireFree(PORT, host, port);
    requireFree(MANAGEMENT_PORT, managementHost, managementPort);
  }

  private static void requireFree(String name, String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port), 1);
    } catch (IOException e) {
      throw new InvalidMessageException(
          "%s: %d given, which %s cannot listen on: %s; allowed: a free port"
              .formatted(name, port, host, e.getMessage()),
          e);
    }
  }

  /** The configuration properties of Quarkus that follow from this configuration. */
  public Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put("quarkus.http.host", host);
    if (signIn instanceof SignIn.Oidc oidc) {
      properties.put("quarkus.oidc.tenant-enabled", "true");
      properties.put("quarkus.oidc.auth-server-url", oidc.url().toString());
      properties.put("quarkus.oidc.client-id", oidc.clientId());
      properties.put("quarkus.oidc.credentials.secret", oidc.clientSecret());
    }
    return properties;
  }

  private static SignIn signIn(EnvironmentVariables environment) {
    Optional<String> token = environment.text(TOKEN);
    List<String> oidc =
        Stream.of(OIDC_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET)
            .filter(name -> environment.text(name).isPresent())
            .toList();
    if (!oidc.isEmpty()) {
      if (token.isPresent()) {
        throw new InvalidMessageException(
            "%s: set, allowed: only one of %s and %s".formatted(TOKEN, TOKEN, oidc.get(0)));
      }
      String allowed =
          "the value that the provider registered for this service, because %s is set"
              .formatted(oidc.get(0));
      URI url =
          environment.requiredUri(
              OIDC_URL, "http://host or https://host, with the path of the provider");
      InvalidMessageException.require(
          url.getHost() != null && List.of("http", "https").contains(url.getScheme()),
          OIDC_URL,
          url,
          "http://host or https://host, with the path of the provider");
      return new SignIn.Oidc(
          url,
          environment.required(OIDC_CLIENT_ID, allowed),
          environment.required(OIDC_CLIENT_SECRET, allowed));
    }
    if (token.isEmpty()) {
      return new SignIn.None();
    }
    // The value is a secret even if it is too short, so the message omits it.
    if (token.get().length() < SHORTEST_TOKEN) {
      throw new InvalidMessageException(
          "%s: %d characters given, allowed: at least %d"
              .formatted(TOKEN, token.get().length(), SHORTEST_TOKEN));
    }
    return new SignIn.Token(token.get());
  }

  private static InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(HOST, host, "an address of this machine").getMessage(), e);
    }
  }

  private static Set<String> names(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty())
        .peek(
            name ->
                InvalidMessageException.require(
                    NAME.matcher(name).matches(),
                    HOSTS,
                    text,
                    "names or name:port, separated by commas"))
        .collect(Collectors.toUnmodifiableSet());
  }
}
