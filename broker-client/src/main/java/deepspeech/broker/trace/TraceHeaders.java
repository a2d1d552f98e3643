package deepspeech.broker.trace;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Reads and writes the trace of a Kafka record in its headers {@code traceparent} and {@code
 * tracestate} (W3C Trace Context, level 1).
 */
public final class TraceHeaders {
  /** The trace and the span in which the record was sent. */
  public static final String TRACEPARENT = "traceparent";

  /** Vendor-specific data of a trace, rarely present. */
  public static final String TRACESTATE = "tracestate";

  private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

  private TraceHeaders() {}

  /** Adds the trace to the headers. Adds nothing if the context has no trace. */
  public static void write(Context trace, Headers headers) {
    W3C.inject(trace, headers, TraceHeaders::set);
  }

  private static void set(Headers headers, String name, String value) {
    if (headers != null) {
      headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The trace in the headers; the root context if they hold no valid trace. */
  public static Context read(Headers headers) {
    return W3C.extract(Context.root(), headers, new Reader());
  }

  private static final class Reader implements TextMapGetter<Headers> {
    @Override
    public List<String> keys(Headers headers) {
      return Arrays.stream(headers.toArray()).map(Header::key).toList();
    }

    @Override
    public String get(Headers headers, String name) {
      Header header = headers == null ? null : headers.lastHeader(name);
      return header == null || header.value() == null
          ? null
          : new String(header.value(), StandardCharsets.UTF_8);
    }
  }
}
