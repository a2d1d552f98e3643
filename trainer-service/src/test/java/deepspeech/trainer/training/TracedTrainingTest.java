package deepspeech.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.acoustic.model.BatchResult;
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
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TracedTrainingTest {
  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private final Tracing tracing = new Tracing(TELEMETRY.getOpenTelemetry());
  private final List<Context> tracesOfCheckpoints = new ArrayList<>();
  private Context traceOfBatch = Context.root();
  private final float[] losses = {3, 5};
  private int discarded;
  private boolean skipped;
  private boolean enoughMemory = true;

  @Test
  void aStepIsPartOfItsBatchsTraceAndRecordsItsNumberAndLoss() {
    // Given
    TracedTraining training = training(41);
    Span receipt = receipt();

    // When
    training.add(batch(9), Optional::empty);
    training.step(0.001);

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
    skipped = true;
    training.add(batch(0), Optional::empty);
    training.step(0.001);
    skipped = false;

    // When
    training.add(batch(1), Optional::empty);
    training.step(0.001);

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
    training.add(batch(0), Optional::empty);
    training.step(0.001);
    receipt();

    // When
    training.add(batch(1), Optional::empty);
    training.discard();
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
  void eachBatchOfAStepHasASpanInItsTraceAndTheLastOneIsThatOfTheStep() {
    // Given
    TracedTraining training = training(41);
    Span first = receipt();
    training.add(batch(0), Optional::empty);
    Span second = receipt();
    training.add(batch(1), Optional::empty);

    // When
    training.step(0.001);

    // Then
    assertThat(steps())
        .extracting(SpanData::getParentSpanId)
        .containsExactly(first.getSpanContext().getSpanId(), second.getSpanContext().getSpanId());
    assertThat(steps())
        .extracting(step -> step.getAttributes().get(SpanAttributes.STEP))
        .containsExactly(null, 42L);
    assertThat(steps())
        .extracting(step -> step.getAttributes().get(SpanAttributes.LOSS))
        .containsExactly(4.0, 4.0);
    assertThat(steps().get(0).getEndEpochNanos())
        .isLessThanOrEqualTo(steps().get(1).getEndEpochNanos());
  }

  @Test
  void theSpanOfABatchThatIsDiscardedEnds() {
    // Given
    TracedTraining training = training(41);
    training.add(batch(0), Optional::empty);

    // When
    training.discard();

    // Then
    assertThat(discarded).isEqualTo(1);
    assertThat(steps())
        .singleElement()
        .satisfies(step -> assertThat(step.getAttributes().get(SpanAttributes.STEP)).isNull());
  }

  @Test
  void aStepThatFailsShowsWhy() {
    // Given
    TracedTraining training = training(0);
    enoughMemory = false;

    // When
    var thrown = assertThatThrownBy(() -> training.add(batch(0), Optional::empty));

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
        new Model() {
          @Override
          public BatchResult add(FeatureBatch batch, Supplier<Optional<FeatureBatch>> upcoming) {
            if (!enoughMemory) {
              throw new IllegalStateException("no memory left");
            }
            return new BatchResult(losses, skipped, false);
          }

          @Override
          public StepResult step(double learningRate) {
            return new StepResult(losses, 7, skipped, false);
          }

          @Override
          public void discard() {
            discarded++;
          }
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
