package deepspeech.broker.trace;

import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;

/** Attributes of the pipeline's spans, with the same names in all services. */
public final class SpanAttributes {
  public static final AttributeKey<String> RUN = AttributeKey.stringKey("deepspeech.run");
  public static final AttributeKey<String> SPLIT = AttributeKey.stringKey("deepspeech.split");

  /** Epoch of the run, from 1. */
  public static final AttributeKey<Long> EPOCH = AttributeKey.longKey("deepspeech.epoch");

  /** Batch of the epoch, from 0. */
  public static final AttributeKey<Long> BATCH = AttributeKey.longKey("deepspeech.batch");

  /** Attempt of the request for the batch, from 1. */
  public static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("deepspeech.attempt");

  public static final AttributeKey<Long> PARTS = AttributeKey.longKey("deepspeech.parts");
  public static final AttributeKey<Long> UTTERANCES = AttributeKey.longKey("deepspeech.utterances");
  public static final AttributeKey<Long> SKIPPED_UTTERANCES =
      AttributeKey.longKey("deepspeech.left_out");

  /**
   * Number of optimiser steps that the run has taken so far. On a step span it includes the span's
   * own step, unless that was skipped.
   */
  public static final AttributeKey<Long> STEP = AttributeKey.longKey("deepspeech.step");

  /** Mean negative log likelihood per sample, in nats. */
  public static final AttributeKey<Double> LOSS = AttributeKey.doubleKey("deepspeech.loss");

  public static final AttributeKey<Double> LEARNING_RATE =
      AttributeKey.doubleKey("deepspeech.learning_rate");

  /** Gradient norm before clipping. */
  public static final AttributeKey<Double> GRADIENT_NORM =
      AttributeKey.doubleKey("deepspeech.gradient_norm");

  /** True if the step was skipped because the loss or the gradient was not finite. */
  public static final AttributeKey<Boolean> SKIPPED = AttributeKey.booleanKey("deepspeech.skipped");

  public static final AttributeKey<String> CHECKPOINT =
      AttributeKey.stringKey("deepspeech.checkpoint");

  /** Total size of a checkpoint's files. */
  public static final AttributeKey<Long> BYTES = AttributeKey.longKey("deepspeech.bytes");

  /** Test CER, from 0. */
  public static final AttributeKey<Double> CER = AttributeKey.doubleKey("deepspeech.cer");

  /** Test WER, from 0. */
  public static final AttributeKey<Double> WER = AttributeKey.doubleKey("deepspeech.wer");

  /** Name of the command, such as {@code train}. */
  public static final AttributeKey<String> COMMAND = AttributeKey.stringKey("deepspeech.command");

  private SpanAttributes() {}

  /** Attributes that identify a batch. */
  public static Attributes batch(RunId run, Split split, int epoch, int batch) {
    return Attributes.of(
        RUN, run.toString(), SPLIT, split.toString(), EPOCH, (long) epoch, BATCH, (long) batch);
  }

  /** Attributes that identify a checkpoint. */
  public static Attributes checkpoint(RunId run, CheckpointId checkpoint, long step) {
    return Attributes.of(RUN, run.toString(), CHECKPOINT, checkpoint.toString(), STEP, step);
  }

  /** Attributes that identify the batch or the data set of a request. */
  public static Attributes request(FeatureRequest request) {
    return request instanceof FeatureRequest.Batch batch
        ? batch(batch.run(), batch.split(), batch.epoch(), batch.batch())
        : Attributes.of(RUN, request.run().toString(), SPLIT, request.split().toString());
  }
}
