package deepspeech.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.acoustic.model.StepResult;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TracedTrainingTest {
  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private final Tracing tracing = new Tracing(TELEMETRY.getOpenTelemetry());
  private final List<Context> tracesOfCheckpoints = new ArrayList<>();
  private Context traceOfBatch = Context.root();
  private StepResult result = new StepResult(new float[] {3, 5}, 7, false, false);

  @Test
  void aStepIsPartOfItsBatchsTraceAndRecordsItsNumberAndLoss() {
    // Given
    TracedTraining training = training(41);
    Span receipt = receipt();

    // When
    training.step(batch(9), 0.001);

    // Then
    SpanData step = steps().get(0);
    assertThat(step.getTraceId()).isEqualTo(receipt.getSpanContext().getTraceId());
    assertThat(step.getParentSpanId()).isEqualTo(receipt.getSpanContext().getSpanId());
    assertThat(step.getAttributes().asMap())
        .containsEntry(SpanAttributes.RUN, "run")
        .containsEntry(SpanAttributes.EPOCH, 2L)
        .containsEntry(SpanAttributes.BATCH, 9L)
        .containsEntry(SpanAttributes.STEP, 42L)
        .containsEntry(SpanAttributes.LOSS, 4.0)
        .containsEntry(SpanAttributes.GRADIENT_NORM, 7.0)
        .containsEntry(SpanAttributes.LEARNING_RATE, 0.001)
        .containsEntry(SpanAttributes.SKIPPED, false);
  }

  @Test
  void aSkippedStepDoesNotCount() {
    // Given
    TracedTraining training = training(41);
    result = new StepResult(new float[] {Float.NaN}, 1, true, false);
    training.step(batch(0), 0.001);
    result = new StepResult(new float[] {1}, 1, false, false);

    // When
    training.step(batch(1), 0.001);

    // Then
    assertThat(steps())
        .extracting(step -> step.getAttributes().get(SpanAttributes.STEP))
        .containsExactly(41L, 42L);
  }

  @Test
  void aCheckpointContinuesTheTraceOfTheStepBeforeItWhateverBatchCameAfter() throws Exception {
    // Given
    TracedTraining training = training(0);
    receipt();
    training.step(batch(0), 0.001);
    receipt();

    // When
    training.commit(null);

    // Then
    assertThat(tracesOfCheckpoints)
        .singleElement()
        .satisfies(
            trace ->
                assertThat(Span.fromContext(trace).getSpanContext())
                    .isEqualTo(steps().get(0).getSpanContext()));
    assertThat(Context.current()).isEqualTo(Context.root());
  }

  @Test
  void aStepThatFailsShowsWhy() {
    // Given
    TracedTraining training = training(0);
    result = null;

    // When
    var thrown = assertThatThrownBy(() -> training.step(batch(0), 0.001));

    // Then
    thrown.hasMessage("no memory left");
    assertThat(steps().get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(steps().get(0).getStatus().getDescription()).isEqualTo("no memory left");
  }

  private TracedTraining training(long step) {
    return new TracedTraining(
        tracing,
        new BatchSource() {
          @Override
          public FeatureBatch next() {
            throw new AssertionError("batches are not taken from here");
          }

          @Override
          public Context trace() {
            return traceOfBatch;
          }

          @Override
          public void close() {}
        },
        (batch, learningRate) -> {
          if (result == null) {
            throw new IllegalStateException("no memory left");
          }
          return result;
        },
        new CheckpointSink() {
          @Override
          public void commit(TrainingState state) {
            tracesOfCheckpoints.add(Context.current());
          }

          @Override
          public void awaitCommitted() {}
        },
        step);
  }

  private Span receipt() {
    Span span = tracing.span("receive batch").startSpan();
    span.end();
    traceOfBatch = Context.root().with(span);
    return span;
  }

  private static FeatureBatch batch(int number) {
    return new FeatureBatch(
        new BatchKey(new RunId("run"), Split.TRAIN, "f", 2, number),
        new short[0],
        new int[0],
        new int[0],
        new int[0],
        new long[0],
        List.of(),
        List.of());
  }

  private static List<SpanData> steps() {
    return TELEMETRY.getSpans().stream().filter(span -> span.getName().equals("step")).toList();
  }
}
