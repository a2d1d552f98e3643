package deepspeech.images;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry in memory: the parts of the OCI distribution specification (1.1) by which images are
 * pushed and pulled, over plain HTTP.
 */
final class MemoryRegistry implements AutoCloseable {
  private static final Pattern PATH = Pattern.compile("/v2/(.+)/(blobs|manifests|uploads)/(.*)");
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  private final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
  private final PlainHttpFront front;
  private final int refusal;
  private final String signIn;

  private MemoryRegistry(HttpServer server, int refusal, String signIn) throws IOException {
    this.server = server;
    this.refusal = refusal;
    this.signIn = signIn;
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    this.front = new PlainHttpFront(server.getAddress().getPort(), threads);
  }

  /** One that everybody may use. */
  static MemoryRegistry open() throws IOException {
    return new MemoryRegistry(bind(), 0, "");
  }

  /** One that answers each request without the sign-in with status 401. */
  static MemoryRegistry requiring(String signIn) throws IOException {
    return new MemoryRegistry(bind(), 0, signIn);
  }

  /** One that answers each write with a status. */
  static MemoryRegistry refusing(int status) throws IOException {
    return new MemoryRegistry(bind(), status, "");
  }

  private static HttpServer bind() throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  /** {@code 127.0.0.1:PORT}. */
  String address() {
    return "127.0.0.1:" + front.port();
  }

  /** The manifest of an image, such as {@code deepspeech/dashboard:1}. */
  Optional<byte[]> manifest(String image) {
    return Optional.ofNullable(manifests.get(image));
  }

  boolean hasBlob(String digest) {
    return blobs.containsKey(digest);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String method = exchange.getRequestMethod();
      boolean reads = method.equals("GET") || method.equals("HEAD");
      String given =
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
      Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
      if (!given.equals(signIn)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"memory\"");
        send(exchange, 401, new byte[0]);
      } else if (!path.matches()) {
        send(exchange, 200, new byte[0]);
      } else if (refusal != 0 && !reads) {
        send(
            exchange,
            refusal,
            "{\"errors\":[{\"code\":\"DENIED\"}]}".getBytes(StandardCharsets.UTF_8));
      } else if (path.group(2).equals("manifests")) {
        manifest(exchange, path.group(1), path.group(3), body);
      } else if (reads) {
        sendIfPresent(exchange, blobs.get(path.group(3)));
      } else {
        upload(exchange, path.group(1), path.group(3), body);
      }
    }
  }

  private void manifest(HttpExchange exchange, String name, String tag, byte[] body)
      throws IOException {
    if (exchange.getRequestMethod().equals("PUT")) {
      manifests.put(name + ":" + tag, body);
      manifests.put(name + ":" + digest(body), body);
      send(exchange, 201, new byte[0]);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", MANIFEST);
    sendIfPresent(exchange, manifests.get(name + ":" + tag));
  }

  /** A POST opens an upload, a PATCH has the bytes, a PUT says their digest. */
  private void upload(HttpExchange exchange, String name, String id, byte[] body)
      throws IOException {
    String location = "/v2/" + name.replaceFirst("/blobs$", "") + "/blobs/uploads/";
    if (exchange.getRequestMethod().equals("POST")) {
      String opened = String.valueOf(uploads.size() + 1) + "-" + System.nanoTime();
      uploads.put(opened, new byte[0]);
      exchange.getResponseHeaders().set("Location", location + opened);
      send(exchange, 202, new byte[0]);
    } else if (exchange.getRequestMethod().equals("PATCH")) {
      uploads.put(id, body);
      exchange.getResponseHeaders().set("Location", location + id);
      send(exchange, 202, new byte[0]);
    } else {
      byte[] bytes = uploads.remove(id);
      boolean whole = exchange.getRequestURI().getQuery().contains("digest=" + digest(bytes));
      if (whole) {
        blobs.put(digest(bytes), bytes);
      }
      send(exchange, whole ? 201 : 400, new byte[0]);
    }
  }

  private static void sendIfPresent(HttpExchange exchange, byte[] body) throws IOException {
    send(exchange, body == null ? 404 : 200, body == null ? new byte[0] : body);
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
    }
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    front.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
