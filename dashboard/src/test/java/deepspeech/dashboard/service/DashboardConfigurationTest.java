package deepspeech.dashboard.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.dashboard.access.SignIn;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DashboardConfigurationTest {
  private static final String HOST = "DEEPSPEECH_DASHBOARD_HOST";
  private static final String HOSTS = "DEEPSPEECH_DASHBOARD_HOSTS";
  private static final String TOKEN = "DEEPSPEECH_DASHBOARD_TOKEN";
  private static final String OIDC_URL = "DEEPSPEECH_DASHBOARD_OIDC_URL";
  private static final String SECRET = "a secret of the test";

  @Test
  void withoutAnythingItListensOnTheLoopbackAddressAloneAndWithoutSignIn() {
    // When
    DashboardConfiguration configuration = configuration(Map.of());

    // Then
    assertThat(configuration.host()).isEqualTo("127.0.0.1");
    assertThat(configuration.port()).isEqualTo(8040);
    assertThat(configuration.signIn()).isInstanceOf(SignIn.None.class);
    assertThat(configuration.properties()).isEqualTo(Map.of("quarkus.http.host", "127.0.0.1"));
  }

  @Test
  void withoutSignInAnyOtherAddressIsRefused() {
    // When / Then
    for (String host : new String[] {"0.0.0.0", "::", "192.0.2.1"}) {
      assertThatThrownBy(() -> configuration(Map.of(HOST, host, HOSTS, "speech.example")))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessage(
              "DEEPSPEECH_DASHBOARD_HOST: \"%s\" given, allowed: 127.0.0.1 or another loopback address; any address if DEEPSPEECH_DASHBOARD_TOKEN or DEEPSPEECH_DASHBOARD_OIDC_URL is set"
                  .formatted(host));
    }
  }

  @Test
  void withATokenItMayListenOnAllAddressesUnderNamesThatAreGiven() {
    // When
    DashboardConfiguration configuration =
        configuration(Map.of(HOST, "0.0.0.0", HOSTS, "Speech.Example, other:8443", TOKEN, SECRET));

    // Then
    assertThat(configuration.names()).containsExactlyInAnyOrder("speech.example", "other:8443");
    assertThat(configuration.signIn()).isEqualTo(new SignIn.Token(SECRET));
    assertThat(configuration.toString()).doesNotContain(SECRET);
  }

  @Test
  void allAddressesWithoutANameAreRefused() {
    // When / Then
    assertThatThrownBy(() -> configuration(Map.of(HOST, "0.0.0.0", TOKEN, SECRET)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("DEEPSPEECH_DASHBOARD_HOSTS: not set, allowed: the host names");
  }

  @Test
  void aTokenThatIsTooShortIsRefusedWithoutShowingIt() {
    // When / Then
    assertThatThrownBy(() -> configuration(Map.of(TOKEN, "short-secret")))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("DEEPSPEECH_DASHBOARD_TOKEN: 12 characters given, allowed: at least 16");
  }

  @Test
  void openIdConnectNeedsAllThatItIsMadeOf() {
    // When / Then
    assertThatThrownBy(() -> configuration(Map.of(OIDC_URL, "https://id.example/realms/speech")))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("DEEPSPEECH_DASHBOARD_OIDC_CLIENT_ID: not set, allowed: ");
    assertThatThrownBy(() -> configuration(Map.of(OIDC_URL, "id.example")))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("DEEPSPEECH_DASHBOARD_OIDC_URL: id.example given, allowed: http");
    assertThatThrownBy(() -> configuration(Map.of(OIDC_URL, "https://id.example", TOKEN, SECRET)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("DEEPSPEECH_DASHBOARD_TOKEN: set, allowed: only one of ");
  }

  @Test
  void openIdConnectIsEnabledWhereItIsConfigured() {
    // When
    DashboardConfiguration configuration =
        configuration(
            Map.of(
                OIDC_URL,
                "https://id.example/realms/speech",
                "DEEPSPEECH_DASHBOARD_OIDC_CLIENT_ID",
                "dashboard",
                "DEEPSPEECH_DASHBOARD_OIDC_CLIENT_SECRET",
                SECRET));

    // Then
    assertThat(configuration.properties())
        .containsEntry("quarkus.oidc.tenant-enabled", "true")
        .containsEntry("quarkus.oidc.auth-server-url", "https://id.example/realms/speech")
        .containsEntry("quarkus.oidc.client-id", "dashboard")
        .containsEntry("quarkus.oidc.credentials.secret", SECRET);
    assertThat(configuration.toString()).doesNotContain(SECRET);
  }

  @Test
  void namesThatAreNoneAreRefused() {
    // When / Then
    assertThatThrownBy(() -> configuration(Map.of(HOSTS, "http://speech.example")))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "DEEPSPEECH_DASHBOARD_HOSTS: \"http://speech.example\" given, allowed: names or name:port, separated by commas");
  }

  @Test
  void aPortThatIsTakenIsRefused() throws Exception {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      DashboardConfiguration configuration = configuration(Map.of("QUARKUS_HTTP_PORT", port));

      // When / Then
      assertThatThrownBy(configuration::requireFreePorts)
          .isInstanceOf(InvalidMessageException.class)
          .hasMessageStartingWith("QUARKUS_HTTP_PORT: " + port + " given, which 127.0.0.1 cannot");
    }
  }

  @Test
  void healthAndMetricsHaveAFreePortOfTheirOwn() throws Exception {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      DashboardConfiguration onTaken =
          configuration(Map.of("QUARKUS_HTTP_PORT", "0", "QUARKUS_MANAGEMENT_PORT", port));
      DashboardConfiguration onThePages =
          configuration(Map.of("QUARKUS_HTTP_PORT", "8041", "QUARKUS_MANAGEMENT_PORT", "8041"));

      // When / Then
      assertThat(configuration(Map.of()).managementPort()).isEqualTo(8041);
      assertThatThrownBy(onTaken::requireFreePorts)
          .isInstanceOf(InvalidMessageException.class)
          .hasMessageStartingWith(
              "QUARKUS_MANAGEMENT_PORT: " + port + " given, which 127.0.0.1 cannot");
      assertThatThrownBy(onThePages::requireFreePorts)
          .isInstanceOf(InvalidMessageException.class)
          .hasMessage(
              "QUARKUS_MANAGEMENT_PORT: 8041 given, allowed: a port other than that of the page");
    }
  }

  private static DashboardConfiguration configuration(Map<String, String> given) {
    Map<String, String> environment = new HashMap<>(given);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092");
    return DashboardConfiguration.of(new EnvironmentVariables(environment));
  }
}
