package deepspeech.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import deepspeech.objectstore.S3Credentials.KeyFiles;
import deepspeech.objectstore.S3Credentials.WebIdentity;
import io.minio.credentials.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsProviderTest {
  @TempDir private Path folder;

  @Test
  void aReplacedPairOfFilesIsUsedFromTheNextRequestOn() throws Exception {
    // Given
    Path accessKey = Files.writeString(folder.resolve("access"), "first\n");
    Path secretKey = Files.writeString(folder.resolve("secret"), "one\n");
    CredentialsProvider provider = provider(new KeyFiles(accessKey, secretKey));
    Credentials before = provider.fetch();

    // When
    Files.writeString(accessKey, "second");
    Files.writeString(secretKey, "two");
    Credentials after = provider.fetch();

    // Then
    assertThat(before.accessKey() + " " + before.secretKey()).isEqualTo("first one");
    assertThat(after.accessKey() + " " + after.secretKey()).isEqualTo("second two");
    assertThat(after.sessionToken()).isNull();
  }

  @Test
  void aFileThatIsGoneIsNamedInOneLine() throws Exception {
    // Given
    Path accessKey = folder.resolve("access");
    Path secretKey = Files.writeString(folder.resolve("secret"), "one");
    CredentialsProvider provider = provider(new KeyFiles(accessKey, secretKey));

    // When
    var thrown = assertThatThrownBy(provider::fetch);

    // Then
    thrown
        .isInstanceOf(CredentialsException.class)
        .hasMessage("access key of %s: cannot be read: %s", accessKey, accessKey)
        .message()
        .doesNotContain("one");
  }

  /** The answer has the form of the AWS documentation of AssumeRoleWithWebIdentity. */
  @Test
  void aTokenIsExchangedForAKeyPairThatIsRenewedBeforeItExpires() throws Exception {
    // Given
    Path token = Files.writeString(folder.resolve("token"), "token-1");
    List<String> queries = new CopyOnWriteArrayList<>();
    HttpServer sts = sts(queries, Instant.now().plus(Duration.ofSeconds(5)), 200);
    try {
      CredentialsProvider provider =
          provider(new WebIdentity(token, endpoint(sts), Optional.of("arn:aws:iam::1:role/asr")));

      // When
      Credentials first = provider.fetch();
      Files.writeString(token, "token-2");
      Credentials second = provider.fetch();

      // Then
      assertThat(first.accessKey() + " " + first.secretKey() + " " + first.sessionToken())
          .isEqualTo("key-1 secret-1 session-1");
      assertThat(second.accessKey()).isEqualTo("key-2");
      assertThat(queries)
          .satisfiesExactly(
              query ->
                  assertThat(query)
                      .contains("Action=AssumeRoleWithWebIdentity")
                      .contains("RoleArn=arn:aws:iam::1:role/asr")
                      .contains("RoleSessionName=deepspeech")
                      .contains("WebIdentityToken=token-1"),
              query -> assertThat(query).contains("WebIdentityToken=token-2"));
    } finally {
      sts.stop(0);
    }
  }

  @Test
  void aKeyPairThatIsStillValidIsNotAskedForAgain() throws Exception {
    // Given
    Path token = Files.writeString(folder.resolve("token"), "token-1");
    List<String> queries = new CopyOnWriteArrayList<>();
    HttpServer sts = sts(queries, Instant.now().plus(Duration.ofHours(1)), 200);
    try {
      CredentialsProvider provider =
          provider(new WebIdentity(token, endpoint(sts), Optional.empty()));

      // When
      provider.fetch();
      provider.fetch();

      // Then
      assertThat(queries).hasSize(1);
    } finally {
      sts.stop(0);
    }
  }

  @Test
  void aServiceThatRefusesTheTokenIsReportedWithoutTheToken() throws Exception {
    // Given
    Path token = Files.writeString(folder.resolve("token"), "token-1");
    HttpServer sts = sts(new CopyOnWriteArrayList<>(), Instant.now(), 403);
    try {
      CredentialsProvider provider =
          provider(new WebIdentity(token, endpoint(sts), Optional.empty()));

      // When
      var thrown = assertThatThrownBy(provider::fetch);

      // Then
      thrown
          .isInstanceOfSatisfying(
              CredentialsException.class, e -> assertThat(e.isPassing()).isFalse())
          .hasMessageStartingWith("web identity of " + token)
          .hasMessageContaining("403")
          .hasMessageNotContaining("token-1");
    } finally {
      sts.stop(0);
    }
  }

  @Test
  void aServiceThatIsAwayMayBeTriedAgain() throws Exception {
    // Given
    Path token = Files.writeString(folder.resolve("token"), "token-1");
    HttpServer sts = sts(new CopyOnWriteArrayList<>(), Instant.now(), 200);
    URI endpoint = endpoint(sts);
    sts.stop(0);
    CredentialsProvider provider = provider(new WebIdentity(token, endpoint, Optional.empty()));

    // When
    var thrown = assertThatThrownBy(provider::fetch);

    // Then
    thrown
        .isInstanceOfSatisfying(CredentialsException.class, e -> assertThat(e.isPassing()).isTrue())
        .hasMessageStartingWith("web identity of " + token);
  }

  private static CredentialsProvider provider(S3Credentials credentials) {
    return new CredentialsProvider(credentials, new OkHttpClient());
  }

  private static URI endpoint(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static HttpServer sts(List<String> queries, Instant expiration, int status)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          queries.add(exchange.getRequestURI().getQuery());
          int number = queries.size();
          byte[] body =
              """
              <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                <AssumeRoleWithWebIdentityResult>
                  <Credentials>
                    <AccessKeyId>key-%d</AccessKeyId>
                    <SecretAccessKey>secret-%d</SecretAccessKey>
                    <SessionToken>session-%d</SessionToken>
                    <Expiration>%s</Expiration>
                  </Credentials>
                </AssumeRoleWithWebIdentityResult>
              </AssumeRoleWithWebIdentityResponse>
              """
                  .formatted(number, number, number, expiration)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }
}
