package deepspeech.broker.feed;

import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.TraceHeaders;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.header.Headers;

/**
 * The spans of the batches that a session requests and receives. A batch that is requested again
 * stays in the trace of its first request. A batch that already lay in the topic was made for
 * another trace; its span links to that trace. Thread-safe.
 */
final class BatchTraces {
  private final Tracing tracing;
  private final RunId run;
  private final Split split;
  private final Context parent;
  private final SpanContext named;
  private final Map<BatchPosition, Context> requested = new ConcurrentHashMap<>();
  private final Map<BatchPosition, Receipt> receipts = new ConcurrentHashMap<>();
  private volatile Context delivered = Context.root();

  private BatchTraces(Context parent, SpanContext named, Tracing tracing, RunId run, Split split) {
    this.parent = parent;
    this.named = named;
    this.tracing = tracing;
    this.run = run;
    this.split = split;
  }

  /** Every batch is part of the trace. */
  static BatchTraces within(Context trace, Tracing tracing, RunId run, Split split) {
    return new BatchTraces(trace, SpanContext.getInvalid(), tracing, run, split);
  }

  /** Every batch has its own trace, whose first span links to the given one. */
  static BatchTraces linkedTo(Context trace, Tracing tracing, RunId run, Split split) {
    return new BatchTraces(Context.root(), spanContext(trace), tracing, run, split);
  }

  /**
   * Starts the span of a request.
   *
   * @param attempt from 1
   */
  Span request(BatchPosition position, int attempt) {
    Optional<Context> first = Optional.ofNullable(requested.get(position));
    SpanBuilder builder =
        span("request batch", position, first.orElse(parent))
            .setSpanKind(SpanKind.PRODUCER)
            .setAttribute(SpanAttributes.ATTEMPT, (long) attempt);
    if (first.isEmpty() && named.isValid()) {
      builder.addLink(named);
    }
    Span span = builder.startSpan();
    requested.putIfAbsent(position, Context.root().with(span));
    return span;
  }

  /** Records a useful part of a batch. */
  void part(BatchPosition position, Headers headers) {
    SpanContext sent = spanContext(TraceHeaders.read(headers));
    Receipt receipt = receipts.computeIfAbsent(position, first -> begin(first, sent));
    if (sent.isValid() && !sent.equals(receipt.sent)) {
      // Two replicas have made the batch, and this part comes from the other one.
      receipt.span.addLink(sent);
    }
  }

  private Receipt begin(BatchPosition position, SpanContext sent) {
    Context request = requested.getOrDefault(position, parent);
    boolean madeForIt = sent.getTraceId().equals(spanContext(request).getTraceId());
    SpanBuilder builder =
        span("receive batch", position, madeForIt ? Context.root().with(Span.wrap(sent)) : request)
            .setSpanKind(SpanKind.CONSUMER);
    if (!madeForIt && sent.isValid()) {
      builder.addLink(sent);
    }
    return new Receipt(builder.startSpan(), sent);
  }

  /** Records that all parts of a batch have arrived and are decoded. */
  void received(BatchPosition position, int parts) {
    Span span = receipts.get(position).span;
    span.setAttribute(SpanAttributes.PARTS, (long) parts);
    span.end();
  }

  /** Records that the parts of a batch cannot be decoded. */
  void unusable(BatchPosition position) {
    Span span = receipts.remove(position).span;
    span.setStatus(StatusCode.ERROR, "cannot be decoded");
    span.end();
  }

  /**
   * Records that a batch is delivered to the waiting thread.
   *
   * @param since start of the wait
   */
  void delivered(BatchPosition position, Instant since) {
    requested.remove(position);
    delivered = Context.root().with(receipts.remove(position).span);
    span("wait for batch", position, delivered).setStartTimestamp(since).startSpan().end();
  }

  /** The trace context of the batch delivered last, with its receipt as the parent. */
  Context ofLastDelivered() {
    return delivered;
  }

  private SpanBuilder span(String name, BatchPosition position, Context parent) {
    return tracing
        .span(name)
        .setParent(parent)
        .setAllAttributes(SpanAttributes.batch(run, split, position.epoch(), position.batch()));
  }

  private static SpanContext spanContext(Context trace) {
    return Span.fromContext(trace).getSpanContext();
  }

  /**
   * A batch that is being received.
   *
   * @param sent span in which its first part was sent
   */
  private record Receipt(Span span, SpanContext sent) {}
}
