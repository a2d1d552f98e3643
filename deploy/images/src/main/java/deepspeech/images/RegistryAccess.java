package deepspeech.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.http.ResponseException;
import com.google.cloud.tools.jib.registry.RegistryCredentialsNotSentException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * How to talk to registries.
 *
 * @param home the user's home folder
 * @param environment variables that say where docker and podman keep sign-ins
 * @param allowInsecure whether a registry need not speak TLS that is trusted
 */
record RegistryAccess(Path home, Map<String, String> environment, boolean allowInsecure) {
  private static final int HTTPS = 443;
  private static final int CONNECT_MILLIS = 10_000;

  /** As this process. */
  static RegistryAccess ofProcess(boolean allowInsecure) {
    return new RegistryAccess(
        Path.of(System.getProperty("user.home")), System.getenv(), allowInsecure);
  }

  /** An image with the sign-in of {@code docker login} or {@code podman login}. */
  RegistryImage image(ImageReference reference) {
    RegistryImage image = RegistryImage.named(reference);
    // The library's own default is docker's usual file alone.
    CredentialRetrieverFactory factory =
        CredentialRetrieverFactory.forImage(reference, event -> {});
    signIns().forEach(file -> image.addCredentialRetriever(factory.dockerConfig(file)));
    return image;
  }

  /**
   * Opens a connection to a registry once, because the library tries for a minute without a word
   * where nothing listens or the certificate is not trusted.
   *
   * @param option the option that names the image
   * @throws ImageException if there is no connection within ten seconds
   */
  void requireReachable(String option, ImageReference reference) {
    if (System.getProperty("https.proxyHost") != null) {
      return;
    }
    String[] parts = reference.getRegistry().split(":", 2);
    int port = parts.length > 1 ? Integer.parseInt(parts[1]) : HTTPS;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(parts[0], port), CONNECT_MILLIS);
      if (!allowInsecure) {
        greet(socket, parts[0], port);
      }
    } catch (SSLException e) {
      throw new ImageException(
          "%s: %s: the registry has no TLS that is trusted here: %s; --allow-insecure does without"
              .formatted(option, reference, e.getMessage()),
          e);
    } catch (IOException e) {
      String reason = e instanceof UnknownHostException ? "unknown host" : e.getMessage();
      throw new ImageException(
          "%s: %s: the registry cannot be reached: %s".formatted(option, reference, reason), e);
    }
  }

  private static void greet(Socket socket, String host, int port) throws IOException {
    socket.setSoTimeout(CONNECT_MILLIS);
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (SSLSocket secured = (SSLSocket) factory.createSocket(socket, host, port, true)) {
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
      secured.startHandshake();
    }
  }

  /** Files with sign-ins, the first one that knows the registry counts. */
  List<Path> signIns() {
    List<Path> files = new ArrayList<>();
    add(files, "REGISTRY_AUTH_FILE", "");
    add(files, "DOCKER_CONFIG", "config.json");
    files.add(home.resolve(".docker/config.json"));
    add(files, "XDG_RUNTIME_DIR", "containers/auth.json");
    files.add(home.resolve(".config/containers/auth.json"));
    return files;
  }

  private void add(List<Path> files, String variable, String name) {
    String folder = environment.getOrDefault(variable, "");
    if (!folder.isBlank()) {
      files.add(Path.of(folder).resolve(name));
    }
  }

  /** Sets whether TLS that is trusted may be missing. */
  Containerizer allow(Containerizer containerizer) {
    return containerizer.setAllowInsecureRegistries(allowInsecure);
  }

  /**
   * One line for a failure.
   *
   * @param option the option that names the image
   */
  static ImageException failure(String option, ImageReference reference, Exception failure) {
    return new ImageException(
        "%s: %s: %s".formatted(option, reference, reason(reference.getRegistry(), failure)),
        failure);
  }

  private static String reason(String registry, Exception failure) {
    if (failure instanceof RegistryCredentialsNotSentException) {
      return "the registry wants a sign-in, which is not sent over plain HTTP";
    }
    Throwable cause = failure;
    while (!(cause instanceof ResponseException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ResponseException response) {
      return reason(registry, response.getStatusCode());
    }
    return "the registry cannot be used: %s"
        .formatted(String.valueOf(cause.getMessage()).lines().findFirst().orElse(""));
  }

  private static String reason(String registry, int status) {
    return switch (status) {
      case 401 ->
          "the registry wants another sign-in (status 401); sign in with docker login %s or podman login %s"
              .formatted(registry, registry);
      case 403 -> "the registry forbids it (status 403)";
      default -> "the registry answers with status %d".formatted(status);
    };
  }
}
