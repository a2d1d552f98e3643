package deepspeech.dashboard.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.dashboard.page.Browser;
import deepspeech.embedded.EmbeddedKafka;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service behind an OpenID Connect provider. */
@TestInstance(Lifecycle.PER_CLASS)
@Tag("integration")
@Tag("browser")
class OidcIT {
  private static final String ISSUER = "speech";
  private static final String CLIENT = "dashboard";

  @TempDir static Path folder;

  private final MockOAuth2Server provider = new MockOAuth2Server();
  private EmbeddedKafka kafka;
  private DashboardProcess service;

  @BeforeAll
  void start() throws Exception {
    provider.start();
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    service =
        DashboardProcess.start(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "DEEPSPEECH_DASHBOARD_OIDC_URL",
                provider.issuerUrl(ISSUER).toString(),
                "DEEPSPEECH_DASHBOARD_OIDC_CLIENT_ID",
                CLIENT,
                "DEEPSPEECH_DASHBOARD_OIDC_CLIENT_SECRET",
                "a secret of this test, long enough"),
            folder);
    service.awaitReady();
  }

  @AfterAll
  void stop() {
    service.close();
    kafka.close();
    provider.shutdown();
  }

  @Test
  void aRequestWithoutSignInIsRefusedAndNotRedirected() throws Exception {
    // When
    HttpResponse<String> runs = service.get("/api/runs");
    HttpResponse<String> session = service.get("/api/session");
    HttpResponse<String> page = service.get("/sign-in");

    // Then
    assertThat(runs.statusCode()).isEqualTo(401);
    assertThat(session.body()).isEqualTo("{\"authentication\":\"oidc\",\"authenticated\":false}");
    assertThat(page.statusCode()).isEqualTo(302);
    assertThat(page.headers().firstValue("Location").orElseThrow())
        .startsWith(provider.issuerUrl(ISSUER).toString());
  }

  @Test
  void whoSignsInWithTheProviderIsLetInUntilSigningOut() throws Exception {
    // Given
    HttpClient browser =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    // When
    HttpResponse<String> page = send(browser, request("/sign-in"));
    int runs = send(browser, request("/api/runs")).statusCode();
    String session = send(browser, request("/api/session")).body();
    int forged =
        send(
                browser,
                request("/api/commands")
                    .header("Content-Type", "application/json")
                    .header("Origin", "https://evil.example")
                    .POST(HttpRequest.BodyPublishers.ofString("{}")))
            .statusCode();
    int signedOut =
        send(browser, request("/api/session").header("Origin", service.url()).DELETE())
            .statusCode();
    int after = send(browser, request("/api/runs")).statusCode();

    // Then
    assertThat(page.uri()).isEqualTo(URI.create(service.url() + "/"));
    assertThat(runs).isEqualTo(200);
    assertThat(session).isEqualTo("{\"authentication\":\"oidc\",\"authenticated\":true}");
    assertThat(forged).isEqualTo(403);
    assertThat(signedOut).isEqualTo(204);
    assertThat(after).isEqualTo(401);
  }

  @Test
  void thePageLeadsToTheProviderAndBackToTheRuns(@TempDir Path profile) throws Exception {
    // Given
    Browser.assumeInstalled();
    try (Browser browser = Browser.start(profile, "en")) {
      browser.open(service.url() + "/");

      // When
      browser.find("a[href='/sign-in']").click();

      // Then
      browser.awaitText("h1", "Runs");
      assertThat(browser.driver().getCurrentUrl()).startsWith(service.url() + "/");
      assertThat(browser.errors()).isEmpty();
    }
  }

  @Test
  void thePageLeadsToTheProviderThoughItsFirstRequestFails(@TempDir Path profile) throws Exception {
    // Given
    Browser.assumeInstalled();
    try (Browser browser = Browser.start(profile, "en")) {
      var unused =
          browser
              .driver()
              .executeCdpCommand(
                  "Page.addScriptToEvaluateOnNewDocument",
                  Map.of(
                      "source",
                      """
                      const whole = window.fetch;
                      window.fetch = (resource, options) => {
                        if (resource !== '/api/session') {
                          return whole(resource, options);
                        }
                        window.fetch = whole;
                        return Promise.reject(new TypeError('cut off'));
                      };
                      """));

      // When
      browser.open(service.url() + "/");
      browser.find("a[href='/sign-in']").click();

      // Then
      browser.awaitText("h1", "Runs");
    }
  }

  @Test
  void aTokenOfTheProviderIsTakenAndNoOther() throws Exception {
    // Given
    String token = provider.issueToken(ISSUER, "someone", CLIENT).serialize();
    String ofAnother = provider.issueToken("another", "someone", CLIENT).serialize();

    // When
    int with = service.send(bearer(token)).statusCode();
    int withAnother = service.send(bearer(ofAnother)).statusCode();
    int withNonsense = service.send(bearer("nonsense")).statusCode();

    // Then
    assertThat(with).isEqualTo(200);
    assertThat(withAnother).isEqualTo(401);
    assertThat(withNonsense).isEqualTo(401);
  }

  private HttpRequest.Builder bearer(String token) {
    return request("/api/runs").header("Authorization", "Bearer " + token);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(service.url() + path));
  }

  private static HttpResponse<String> send(HttpClient browser, HttpRequest.Builder request)
      throws Exception {
    return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
