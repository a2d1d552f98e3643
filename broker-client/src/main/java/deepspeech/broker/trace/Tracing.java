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
   * Work that runs within a span.
   *
   * @param <V> its result
   * @param <E> its failure
   */
  @FunctionalInterface
  public interface Work<V, E extends Exception> {
    V run() throws E, InterruptedException;
  }

  /**
   * Creates spans that the given telemetry exports.
   *
   * @param telemetry of the service
   */
  public Tracing(OpenTelemetry telemetry) {
    this.tracer = telemetry.getTracer(SCOPE);
  }

  /** Records no spans. A trace from another service is passed on. */
  public static Tracing off() {
    return new Tracing(OpenTelemetry.noop());
  }

  /** A builder of a span. Its parent is the current span unless another is given. */
  public SpanBuilder span(String name) {
    return tracer.spanBuilder(name);
  }

  /**
   * Starts a span, makes it current during the work and ends it afterwards. A failure is recorded
   * in the span.
   */
  public <V, E extends Exception> V within(SpanBuilder described, Work<V, E> work)
      throws E, InterruptedException {
    return within(described.startSpan(), work);
  }

  /**
   * Makes a started span current during the work and ends it afterwards. A failure is recorded in
   * the span.
   */
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

  /**
   * Like {@link #within(SpanBuilder, Work)}, for work that has no result and throws no checked
   * exception.
   */
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

  /** Runs the work in the given trace. */
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

  /** Makes a valid span current. An invalid one would put its all-zero ids into the logs. */
  private static Context with(Span span) {
    return span.getSpanContext().isValid() ? Context.current().with(span) : Context.current();
  }

  /** Records a failure in a span without ending it. */
  public static void failed(Span span, Throwable failure) {
    String message = failure.getMessage();
    span.setStatus(
        StatusCode.ERROR, message == null ? failure.getClass().getSimpleName() : message);
  }
}
