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
 * The trace that a Kafka record belongs to, as its headers {@code traceparent} and {@code
 * tracestate} tell it (W3C Trace Context, level 1).
 */
public final class TraceHeaders {
  /** Trace and span in which the record was sent. */
  public static final String TRACEPARENT = "traceparent";

  /** What the makers of traces add, rarely there. */
  public static final String TRACESTATE = "tracestate";

  private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

  private TraceHeaders() {}

  /** Adds the trace to the headers; nothing if there is none. */
  public static void write(Context trace, Headers headers) {
    W3C.inject(trace, headers, TraceHeaders::set);
  }

  private static void set(Headers headers, String name, String value) {
    if (headers != null) {
      headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The trace that the headers tell; the root context if they tell none, or not a valid one. */
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
