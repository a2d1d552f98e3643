package deepspeech.broker.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TraceHeadersTest {
  /** The example of the W3C recommendation Trace Context, section 3.2.2. */
  private static final String TRACEPARENT =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final Headers headers = new RecordHeaders();

  @Test
  void theTraceOfTheHeadersIsReadAsTheRecommendationSays() {
    // Given
    headers.add("traceparent", TRACEPARENT.getBytes(StandardCharsets.UTF_8));
    headers.add("tracestate", "congo=t61rcWkgMzE".getBytes(StandardCharsets.UTF_8));

    // When
    SpanContext sender = Span.fromContext(TraceHeaders.read(headers)).getSpanContext();

    // Then
    assertThat(sender.getTraceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(sender.getSpanId()).isEqualTo("00f067aa0ba902b7");
    assertThat(sender.isSampled()).isTrue();
    assertThat(sender.isRemote()).isTrue();
    assertThat(sender.getTraceState().get("congo")).isEqualTo("t61rcWkgMzE");
  }

  @Test
  void theCurrentTraceIsWrittenOnceHoweverOften() {
    // Given
    Context trace =
        Context.root()
            .with(
                Span.wrap(
                    SpanContext.create(
                        "4bf92f3577b34da6a3ce929d0e0e4736",
                        "00f067aa0ba902b7",
                        TraceFlags.getSampled(),
                        TraceState.getDefault())));

    // When
    TraceHeaders.write(trace, headers);
    TraceHeaders.write(trace, headers);

    // Then
    assertThat(headers.headers("traceparent"))
        .singleElement()
        .satisfies(
            header ->
                assertThat(new String(header.value(), StandardCharsets.UTF_8))
                    .isEqualTo(TRACEPARENT));
  }

  @Test
  void withoutATraceNoHeaderIsWritten() {
    // When
    TraceHeaders.write(Context.root(), headers);

    // Then
    assertThat(headers).isEmpty();
  }

  @Test
  void aHeaderThatIsNoTraceparentOrHasNoValueCountsAsNone() {
    // Given
    Headers without = new RecordHeaders().add("traceparent", null);
    headers.add("traceparent", "00-nonsense".getBytes(StandardCharsets.UTF_8));

    // Then
    assertThat(TraceHeaders.read(headers)).isEqualTo(Context.root());
    assertThat(TraceHeaders.read(without)).isEqualTo(Context.root());
  }
}
