package deepspeech.broker.feed;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.TraceHeaders;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BatchTracesTest {
  private static final RunId RUN = new RunId("run");
  private static final BatchPosition FIRST = new BatchPosition(1, 0);
  private static final BatchPosition SECOND = new BatchPosition(1, 1);

  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private final Tracing tracing = new Tracing(TELEMETRY.getOpenTelemetry());
  private final Span current = tracing.span("current").startSpan();
  private final Context trace = Context.root().with(current);

  @Test
  void aBatchForTrainingHasATraceOfItsOwnWhichNamesTheCurrentOne() {
    // Given
    BatchTraces traces = BatchTraces.linkedTo(trace, tracing, RUN, Split.TRAIN);

    // When
    traces.request(FIRST, 1).end();
    traces.request(SECOND, 1).end();

    // Then
    List<SpanData> requests = spans("request batch");
    assertThat(requests).extracting(SpanData::getTraceId).doesNotHaveDuplicates();
    assertThat(requests)
        .allSatisfy(
            request -> {
              assertThat(request.getParentSpanId()).isEqualTo(SpanId.getInvalid());
              assertThat(request.getLinks())
                  .extracting(LinkData::getSpanContext)
                  .containsExactly(current.getSpanContext());
            });
    assertThat(requests.get(1).getAttributes().asMap())
        .containsEntry(SpanAttributes.RUN, "run")
        .containsEntry(SpanAttributes.SPLIT, "train")
        .containsEntry(SpanAttributes.EPOCH, 1L)
        .containsEntry(SpanAttributes.BATCH, 1L)
        .containsEntry(SpanAttributes.ATTEMPT, 1L);
  }

  @Test
  void aBatchThatIsRequestedAgainStaysInItsTrace() {
    // Given
    BatchTraces traces = BatchTraces.linkedTo(trace, tracing, RUN, Split.TRAIN);

    // When
    Span first = traces.request(FIRST, 1);
    Span second = traces.request(FIRST, 2);
    Span third = traces.request(FIRST, 3);
    List.of(first, second, third).forEach(Span::end);

    // Then
    assertThat(spans("request batch"))
        .extracting(SpanData::getParentSpanId)
        .containsExactly(
            SpanId.getInvalid(),
            first.getSpanContext().getSpanId(),
            first.getSpanContext().getSpanId());
    assertThat(spans("request batch"))
        .extracting(span -> span.getAttributes().get(SpanAttributes.ATTEMPT))
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void theSpansOfDataPrepFollowTheRequestAndWaitAndUseFollowTheReceipt() {
    // Given
    BatchTraces traces = BatchTraces.linkedTo(trace, tracing, RUN, Split.TRAIN);
    Span request = traces.request(FIRST, 1);
    Span sent = spanIn(Context.root().with(request));

    // When
    traces.part(FIRST, headers(sent));
    traces.part(FIRST, headers(sent));
    traces.received(FIRST, 2);
    traces.delivered(FIRST, Instant.now());

    // Then
    SpanData receipt = span("receive batch");
    assertThat(receipt.getTraceId()).isEqualTo(request.getSpanContext().getTraceId());
    assertThat(receipt.getParentSpanId()).isEqualTo(sent.getSpanContext().getSpanId());
    assertThat(receipt.getLinks()).isEmpty();
    assertThat(receipt.getAttributes().get(SpanAttributes.PARTS)).isEqualTo(2);
    assertThat(span("wait for batch").getParentSpanId()).isEqualTo(receipt.getSpanId());
    assertThat(Span.fromContext(traces.ofLastDelivered()).getSpanContext())
        .isEqualTo(receipt.getSpanContext());
  }

  @Test
  void aBatchThatTwoReplicasMadeIsReceivedOnceAndNamesBoth() {
    // Given
    BatchTraces traces = BatchTraces.linkedTo(trace, tracing, RUN, Split.TRAIN);
    Context request = Context.root().with(traces.request(FIRST, 1));
    Span one = spanIn(request);
    Span other = spanIn(request);

    // When
    traces.part(FIRST, headers(one));
    traces.part(FIRST, headers(other));
    traces.received(FIRST, 2);

    // Then
    assertThat(span("receive batch").getParentSpanId()).isEqualTo(one.getSpanContext().getSpanId());
    assertThat(span("receive batch").getLinks())
        .extracting(link -> link.getSpanContext().getSpanId())
        .containsExactly(other.getSpanContext().getSpanId());
  }

  @Test
  void aBatchThatLayInTheTopicIsPartOfTheCurrentTraceAndNamesTheOneItWasMadeFor() {
    // Given
    BatchTraces traces = BatchTraces.within(trace, tracing, RUN, Split.TEST);
    Span earlier = spanIn(Context.root());

    // When
    traces.part(FIRST, headers(earlier));
    traces.received(FIRST, 1);
    traces.part(SECOND, new RecordHeaders());
    traces.received(SECOND, 1);

    // Then
    assertThat(spans("receive batch"))
        .extracting(SpanData::getParentSpanId)
        .containsOnly(current.getSpanContext().getSpanId());
    assertThat(spans("receive batch").get(0).getLinks())
        .extracting(link -> link.getSpanContext().getSpanId())
        .containsExactly(earlier.getSpanContext().getSpanId());
    assertThat(spans("receive batch").get(1).getLinks()).isEmpty();
  }

  @Test
  void partsThatAreNoBatchShowAsAFailureAndTheNextOnesAreASpanOfTheirOwn() {
    // Given
    BatchTraces traces = BatchTraces.within(trace, tracing, RUN, Split.TEST);

    // When
    traces.part(FIRST, new RecordHeaders());
    traces.unusable(FIRST);
    traces.part(FIRST, new RecordHeaders());
    traces.received(FIRST, 1);

    // Then
    assertThat(spans("receive batch"))
        .extracting(span -> span.getStatus().getStatusCode())
        .containsExactly(StatusCode.ERROR, StatusCode.UNSET);
  }

  @Test
  void aTraceThatOthersBeganIsPassedOnWhereTracesAreOff() {
    // Given
    BatchTraces traces = BatchTraces.within(trace, Tracing.off(), RUN, Split.TEST);

    // When
    Span request = traces.request(FIRST, 1);

    // Then
    assertThat(request.getSpanContext()).isEqualTo(current.getSpanContext());
    assertThat(request.isRecording()).isFalse();
  }

  private Span spanIn(Context parent) {
    Span span = tracing.span("send batch").setParent(parent).startSpan();
    span.end();
    return span;
  }

  private static Headers headers(Span sent) {
    Headers headers = new RecordHeaders();
    TraceHeaders.write(Context.root().with(sent), headers);
    return headers;
  }

  private static SpanData span(String name) {
    List<SpanData> spans = spans(name);
    assertThat(spans).hasSize(1);
    return spans.get(0);
  }

  private static List<SpanData> spans(String name) {
    return TELEMETRY.getSpans().stream().filter(span -> span.getName().equals(name)).toList();
  }
}
