package deepspeech.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Pushing to a registry on this machine, and taking a base from it. */
class RegistryTest {
  /** Without it the library never sends a sign-in over plain HTTP. */
  private static final String SEND_SIGN_IN = "sendCredentialsOverHttp";

  @TempDir private Path folder;
  private FakeInstallation installation;
  private String home;

  /** What a call of the command line gave. */
  private record Result(int status, String out, String error) {}

  @BeforeEach
  void makeInstallation() throws Exception {
    installation = FakeInstallation.in(Files.createDirectory(folder.resolve("root")));
    home = System.getProperty("user.home");
    System.setProperty("user.home", folder.toString());
  }

  @AfterEach
  void restore() {
    System.setProperty("user.home", home);
    System.clearProperty(SEND_SIGN_IN);
  }

  @Test
  void anImageIsPushedWithAllItsLayersUnderTheDigestThatIsPrinted() throws Exception {
    try (MemoryRegistry registry = MemoryRegistry.open()) {
      // When
      Result result = build("--push=" + registry.address() + "/team", "--allow-insecure");

      // Then
      assertThat(result.error()).isEmpty();
      assertThat(result.status()).isZero();
      byte[] manifest = registry.manifest("team/command-line:7").orElseThrow();
      assertThat(result.out()).contains(MemoryRegistry.digest(manifest));
      JsonNode parts = new ObjectMapper().readTree(manifest);
      List<String> digests = new ArrayList<>(List.of(parts.at("/config/digest").asText()));
      parts.get("layers").forEach(layer -> digests.add(layer.get("digest").asText()));
      assertThat(digests).hasSize(5).allMatch(registry::hasBlob);
    }
  }

  @Test
  void anImageOfARegistryIsABaseByItsDigest() throws Exception {
    try (MemoryRegistry registry = MemoryRegistry.open()) {
      // Given
      assertThat(build("--push=" + registry.address() + "/team", "--allow-insecure").status())
          .isZero();
      String digest = MemoryRegistry.digest(registry.manifest("team/command-line:7").orElseThrow());
      String base = registry.address() + "/team/command-line";

      // When
      Result result =
          run(
              "--base=" + base + "@" + digest,
              "--output=" + folder.resolve("on"),
              "--allow-insecure");

      // Then
      assertThat(result.error()).isEmpty();
      ArchivedImage image =
          ArchivedImage.read(folder.resolve("on/command-line.tar"), path -> false);
      assertThat(image.layers()).hasSize(7);
      assertThat(image.config().get("Labels").get("org.opencontainers.image.base.digest").asText())
          .isEqualTo(digest);
    }
  }

  @Test
  void aBaseThatTheRegistryLacksIsNamed() throws Exception {
    try (MemoryRegistry registry = MemoryRegistry.open()) {
      // Given
      String base = registry.address() + "/none@sha256:" + "0".repeat(64);

      // When
      Result result = run("--base=" + base, "--output=" + folder.resolve("on"), "--allow-insecure");

      // Then
      assertRefused(result, "--base: " + base + ": the registry answers with status 404");
    }
  }

  @Test
  void theSignInOfPodmanOrDockerIsUsed() throws Exception {
    String secret =
        Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.UTF_8));
    try (MemoryRegistry registry = MemoryRegistry.requiring("Basic " + secret)) {
      // Given
      System.setProperty(SEND_SIGN_IN, "true");
      for (String file : List.of(".docker/config.json", ".config/containers/auth.json")) {
        Path signIn = folder.resolve(file);
        Files.createDirectories(signIn.getParent());
        Files.writeString(
            signIn, "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.address(), secret));

        // When
        Result result = build("--push=" + registry.address() + "/team", "--allow-insecure");

        // Then
        assertThat(result.error()).as(file).isEmpty();
        assertThat(registry.manifest("team/command-line:7")).isPresent();
        Files.delete(signIn);
      }
    }
  }

  @Test
  void whereDockerAndPodmanKeepTheirSignInIsKnown() {
    // Given
    RegistryAccess registries =
        new RegistryAccess(
            Path.of("/home/me"),
            Map.of(
                "DOCKER_CONFIG", "/docker",
                "XDG_RUNTIME_DIR", "/run/user/7",
                "REGISTRY_AUTH_FILE", "/auth.json"),
            false);

    // When
    List<Path> files = registries.signIns();

    // Then
    assertThat(files)
        .containsExactly(
            Path.of("/auth.json"),
            Path.of("/docker/config.json"),
            Path.of("/home/me/.docker/config.json"),
            Path.of("/run/user/7/containers/auth.json"),
            Path.of("/home/me/.config/containers/auth.json"));
  }

  @Test
  void aMissingSignInIsAskedForInOneLine() throws Exception {
    try (MemoryRegistry registry = MemoryRegistry.requiring("Basic x")) {
      // Given
      System.setProperty(SEND_SIGN_IN, "true");

      // When
      Result result = build("--push=" + registry.address() + "/team", "--allow-insecure");

      // Then
      assertRefused(
          result,
          "--push: %1$s/team/command-line:7: the registry wants another sign-in (status 401); sign in with docker login %1$s or podman login %1$s"
              .formatted(registry.address()));
    }
  }

  @Test
  void noSignInIsSentOverPlainHttp() throws Exception {
    try (MemoryRegistry registry = MemoryRegistry.requiring("Basic x")) {
      // When
      Result result = build("--push=" + registry.address() + "/team", "--allow-insecure");

      // Then
      assertRefused(
          result,
          "--push: %s/team/command-line:7: the registry wants a sign-in, which is not sent over plain HTTP"
              .formatted(registry.address()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, the registry forbids it (status 403)",
    "507, the registry answers with status 507"
  })
  void whatARegistryAnswersToThePushIsNamedInOneLine(int status, String reason) throws Exception {
    try (MemoryRegistry registry = MemoryRegistry.refusing(status)) {
      // When
      Result result = build("--push=" + registry.address() + "/team", "--allow-insecure");

      // Then
      assertRefused(
          result, "--push: %s/team/command-line:7: %s".formatted(registry.address(), reason));
    }
  }

  @Test
  void aRegistryWithoutTlsMustBeAllowed() throws Exception {
    try (MemoryRegistry registry = MemoryRegistry.open()) {
      // When
      Result result = build("--push=" + registry.address() + "/team");

      // Then
      assertRefused(
          result,
          "--push: %s/team/command-line:7: the registry has no TLS that is trusted here: Unsupported or unrecognized SSL message; --allow-insecure does without"
              .formatted(registry.address()));
      assertThat(registry.manifest("team/command-line:7")).isEmpty();
    }
  }

  @Test
  void aRegistryThatCannotBeReachedIsNamedInOneLine() throws Exception {
    // Given
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    // When
    Result result = build("--push=127.0.0.1:" + port + "/team");

    // Then
    assertRefused(
        result,
        "--push: 127.0.0.1:%d/team/command-line:7: the registry cannot be reached: Connection refused"
            .formatted(port));
  }

  @Test
  void aTargetThatIsNoNameIsRefused() {
    // When
    Result result = build("--push=https://registry.example.org");

    // Then
    assertRefused(
        result,
        "--push: \"https://registry.example.org\" given, allowed: REGISTRY/PATH, such as registry.example.org/deepspeech");
  }

  private static void assertRefused(Result result, String line) {
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error()).startsWith(line);
    assertThat(result.error().lines()).hasSize(1);
  }

  private Result build(String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.add("--base=tar://" + installation.baseFile());
    arguments.add("--output=" + folder.resolve("out"));
    arguments.add("--tag=7");
    return run(arguments.toArray(String[]::new));
  }

  private Result run(String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.add("--root=" + installation.root());
    arguments.add("--only=command-line");
    StringWriter out = new StringWriter();
    StringWriter error = new StringWriter();
    CommandLine commandLine =
        BuildImages.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(error));
    int status = commandLine.execute(arguments.toArray(String[]::new));
    return new Result(status, out.toString(), error.toString());
  }
}
