package deepspeech.trainer.training;

import deepspeech.acoustic.model.StepResult;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.features.FeatureBatch;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;

/**
 * Records each step in the trace of its batch, and each checkpoint in the trace of the step after
 * which it is made. Must be used by the training thread only.
 */
public final class TracedTraining implements Model, CheckpointSink {
  private final Tracing tracing;
  private final BatchSource batches;
  private final Model model;
  private final CheckpointSink checkpoints;
  private long step;
  private Context lastStep = Context.root();

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
  public StepResult step(FeatureBatch batch, double learningRate) {
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
            .setAttribute(SpanAttributes.LEARNING_RATE, learningRate)
            .startSpan();
    lastStep = Context.root().with(span);
    try {
      StepResult result = model.step(batch, learningRate);
      step += result.skipped() ? 0 : 1;
      span.setAttribute(SpanAttributes.STEP, step)
          .setAttribute(SpanAttributes.LOSS, result.meanLoss())
          .setAttribute(SpanAttributes.GRADIENT_NORM, result.gradientNorm())
          .setAttribute(SpanAttributes.SKIPPED, result.skipped());
      return result;
    } catch (RuntimeException e) {
      Tracing.failed(span, e);
      throw e;
    } finally {
      span.end();
    }
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
