package deepspeech.broker.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/** Makes the spans of a service. Thread-safe. */
public final class Tracing {
  private static final String SCOPE = "deepspeech";

  private final Tracer tracer;

  /**
   * Work that a span is made of.
   *
   * @param <V> its result
   * @param <E> its failure
   */
  @FunctionalInterface
  public interface Work<V, E extends Exception> {
    V run() throws E, InterruptedException;
  }

  /**
   * Spans that go where the telemetry leads them.
   *
   * @param telemetry of the service
   */
  public Tracing(OpenTelemetry telemetry) {
    this.tracer = telemetry.getTracer(SCOPE);
  }

  /** No spans at all; a trace that others began is passed on. */
  public static Tracing off() {
    return new Tracing(OpenTelemetry.noop());
  }

  /** A span to be described and started; its parent is the current one unless another is given. */
  public SpanBuilder span(String name) {
    return tracer.spanBuilder(name);
  }

  /** Starts a span, which is the current one while the work goes on and ends with it. */
  public <V, E extends Exception> V within(SpanBuilder described, Work<V, E> work)
      throws E, InterruptedException {
    return within(described.startSpan(), work);
  }

  /** Makes a span the current one while the work goes on, and ends it; a failure shows in it. */
  public <V, E extends Exception> V within(Span span, Work<V, E> work)
      throws E, InterruptedException {
    try {
      return at(with(span), work);
    } catch (Exception e) {
      failed(span, e);
      throw e;
    } finally {
      span.end();
    }
  }

  /** The same for work that has no result and is not interrupted. */
  public void run(SpanBuilder described, Runnable work) {
    Span span = described.startSpan();
    Context trace = with(span);
    try {
      (trace.equals(Context.current()) ? work : trace.wrap(work)).run();
    } catch (RuntimeException e) {
      failed(span, e);
      throw e;
    } finally {
      span.end();
    }
  }

  /** Does the work in another trace than the current one. */
  public static <V, E extends Exception> V at(Context trace, Work<V, E> work)
      throws E, InterruptedException {
    if (trace.equals(Context.current())) {
      return work.run();
    }
    Scope scope = trace.makeCurrent();
    try {
      return work.run();
    } finally {
      scope.close();
    }
  }

  /** What is no span is not made the current one: logs would have its ids, all zeros. */
  private static Context with(Span span) {
    return span.getSpanContext().isValid() ? Context.current().with(span) : Context.current();
  }

  /** Lets a span show a failure; it is still to be ended. */
  public static void failed(Span span, Throwable failure) {
    String message = failure.getMessage();
    span.setStatus(
        StatusCode.ERROR, message == null ? failure.getClass().getSimpleName() : message);
  }
}
