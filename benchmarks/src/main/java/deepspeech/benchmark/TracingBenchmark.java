package deepspeech.benchmark;

import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.TraceHeaders;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what the trace of one batch, from its request to its step, costs the threads that do the
 * work: the seven spans and the headers of request and part. Another thread sends the spans to a
 * receiver.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TracingBenchmark {
  private static final RunId RUN = new RunId("benchmark");

  @Param({"off", "on"})
  private String traces;

  private SdkTracerProvider provider;
  private Tracing tracing;
  private int batch;

  @Setup
  public void open() {
    provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(BatchSpanProcessor.builder(new Dropped()).build())
            .build();
    tracing =
        traces.equals("on")
            ? new Tracing(OpenTelemetrySdk.builder().setTracerProvider(provider).build())
            : Tracing.off();
  }

  @TearDown
  public void close() {
    provider.close();
  }

  @Benchmark
  public Span batch() throws InterruptedException {
    batch++;
    Headers request = new RecordHeaders();
    TraceHeaders.write(ended(span("request batch", Context.root())), request);
    Headers part = new RecordHeaders();
    tracing.within(span("prepare batch", TraceHeaders.read(request)), () -> prepare(part));
    Context received = ended(span("receive batch", TraceHeaders.read(part)));
    ended(span("wait for batch", received));
    Span step = span("step", received).startSpan();
    step.setAttribute(SpanAttributes.STEP, (long) batch)
        .setAttribute(SpanAttributes.LOSS, 86.5)
        .setAttribute(SpanAttributes.GRADIENT_NORM, 12.5)
        .end();
    return step;
  }

  private Headers prepare(Headers part) throws InterruptedException {
    tracing.run(tracing.span("compute features"), () -> {});
    tracing.run(tracing.span("send batch"), () -> TraceHeaders.write(Context.current(), part));
    return part;
  }

  private SpanBuilder span(String name, Context parent) {
    Attributes attributes = SpanAttributes.batch(RUN, Split.TRAIN, 1, batch);
    return tracing.span(name).setParent(parent).setAllAttributes(attributes);
  }

  private static Context ended(SpanBuilder described) {
    Span span = described.startSpan();
    span.end();
    return Context.root().with(span);
  }

  /** Accepts spans like a receiver that is never late. */
  private static final class Dropped implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
