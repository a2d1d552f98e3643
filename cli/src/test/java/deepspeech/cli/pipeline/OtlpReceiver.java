package deepspeech.cli.pipeline;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Receives traces as a collector does, by OTLP over HTTP in protobuf, and keeps them. A span that
 * arrives again is kept once: an exporter sends again what was not acknowledged in time.
 */
final class OtlpReceiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, ReceivedSpan> spans =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  /**
   * A span as it came.
   *
   * @param service {@code service.name} of who sent it
   * @param parent id of its parent; empty if it is the first of its trace
   * @param links ids of the spans that it names
   */
  record ReceivedSpan(
      String service,
      String name,
      String trace,
      String id,
      String parent,
      Map<String, Object> attributes,
      List<String> links,
      boolean failed) {
    Object attribute(String name) {
      return attributes.get("deepspeech." + name);
    }
  }

  private OtlpReceiver(HttpServer server) {
    this.server = server;
  }

  /** Listens on a free port of this machine. */
  static OtlpReceiver start() throws IOException {
    OtlpReceiver receiver =
        new OtlpReceiver(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    receiver.server.createContext("/v1/traces", receiver::take);
    receiver.server.setExecutor(receiver.threads);
    receiver.server.start();
    return receiver;
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What has come so far. */
  List<ReceivedSpan> spans() {
    synchronized (spans) {
      return List.copyOf(spans.values());
    }
  }

  /** The values of the header {@code authorization} that came with the spans. */
  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
      ExportTraceServiceRequest request =
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
      for (ResourceSpans resource : request.getResourceSpansList()) {
        String service =
            String.valueOf(
                attributes(resource.getResource().getAttributesList()).get("service.name"));
        resource.getScopeSpansList().stream()
            .flatMap(scope -> scope.getSpansList().stream())
            .map(span -> received(service, span))
            .forEach(span -> spans.putIfAbsent(span.trace() + span.id(), span));
      }
      byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
    }
  }

  private static ReceivedSpan received(String service, Span span) {
    return new ReceivedSpan(
        service,
        span.getName(),
        hex(span.getTraceId()),
        hex(span.getSpanId()),
        hex(span.getParentSpanId()),
        attributes(span.getAttributesList()),
        span.getLinksList().stream().map(link -> hex(link.getSpanId())).toList(),
        span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR);
  }

  private static Map<String, Object> attributes(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(Collectors.toMap(KeyValue::getKey, attribute -> value(attribute.getValue())));
  }

  private static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> value.getIntValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case BOOL_VALUE -> value.getBoolValue();
      default -> value.toString();
    };
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
