package deepspeech.trainer.training;

import deepspeech.acoustic.model.BatchResult;
import deepspeech.acoustic.model.StepResult;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.features.FeatureBatch;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Records what is done with each batch in the trace of the batch, as a span {@code step}, and each
 * checkpoint in the trace of the step after which it is made. The span of the last batch of a step
 * includes the step of the optimiser. Must be used by the training thread only.
 */
public final class TracedTraining implements Model, CheckpointSink {
  private final Tracing tracing;
  private final BatchSource batches;
  private final Model model;
  private final CheckpointSink checkpoints;
  private long step;
  private Context lastStep = Context.root();

  /** Of the batch that was added last, until it is known whether a step follows. */
  private Optional<AddedBatch> last = Optional.empty();

  private record AddedBatch(Span span, Instant added) {}

  /**
   * Wraps the model and the checkpoint sink of a training loop.
   *
   * @param step the number of steps of the run before the first one here
   */
  public TracedTraining(
      Tracing tracing, BatchSource batches, Model model, CheckpointSink checkpoints, long step) {
    this.tracing = tracing;
    this.batches = batches;
    this.model = model;
    this.checkpoints = checkpoints;
    this.step = step;
  }

  @Override
  public BatchResult add(FeatureBatch batch, Supplier<Optional<FeatureBatch>> upcoming) {
    endLast();
    Span span =
        tracing
            .span("step")
            .setParent(batches.trace())
            .setAllAttributes(
                SpanAttributes.batch(
                    batch.key().run(),
                    batch.key().split(),
                    batch.key().epoch(),
                    batch.key().batch()))
            .setAttribute(SpanAttributes.UTTERANCES, (long) batch.size())
            .startSpan();
    try {
      BatchResult result = model.add(batch, upcoming);
      span.setAttribute(SpanAttributes.LOSS, result.meanLoss())
          .setAttribute(SpanAttributes.SKIPPED, result.skipped());
      last = Optional.of(new AddedBatch(span, Instant.now()));
      return result;
    } catch (RuntimeException e) {
      Tracing.failed(span, e);
      span.end();
      throw e;
    }
  }

  @Override
  public StepResult step(double learningRate) {
    Span span = last.orElseThrow().span();
    last = Optional.empty();
    lastStep = Context.root().with(span);
    try {
      StepResult result = model.step(learningRate);
      step += result.skipped() ? 0 : 1;
      span.setAttribute(SpanAttributes.STEP, step)
          .setAttribute(SpanAttributes.LEARNING_RATE, learningRate)
          .setAttribute(SpanAttributes.GRADIENT_NORM, result.gradientNorm());
      return result;
    } catch (RuntimeException e) {
      Tracing.failed(span, e);
      throw e;
    } finally {
      span.end();
    }
  }

  @Override
  public void discard() {
    endLast();
    model.discard();
  }

  private void endLast() {
    last.ifPresent(batch -> batch.span().end(batch.added()));
    last = Optional.empty();
  }

  @Override
  public void commit(TrainingState state) throws InterruptedException {
    Tracing.at(
        lastStep,
        () -> {
          checkpoints.commit(state);
          return null;
        });
  }

  @Override
  public void awaitCommitted() throws InterruptedException {
    checkpoints.awaitCommitted();
  }
}
