package deepspeech.broker.trace;

import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;

/** What the spans of the pipeline tell, by the same names in all services. */
public final class SpanAttributes {
  public static final AttributeKey<String> RUN = AttributeKey.stringKey("deepspeech.run");
  public static final AttributeKey<String> SPLIT = AttributeKey.stringKey("deepspeech.split");

  /** From 1. */
  public static final AttributeKey<Long> EPOCH = AttributeKey.longKey("deepspeech.epoch");

  /** Of the epoch, from 0. */
  public static final AttributeKey<Long> BATCH = AttributeKey.longKey("deepspeech.batch");

  /** How often the batch has been asked for, from 1. */
  public static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("deepspeech.attempt");

  public static final AttributeKey<Long> PARTS = AttributeKey.longKey("deepspeech.parts");
  public static final AttributeKey<Long> UTTERANCES = AttributeKey.longKey("deepspeech.utterances");
  public static final AttributeKey<Long> LEFT_OUT = AttributeKey.longKey("deepspeech.left_out");

  /** Optimiser steps of the run, after the step. */
  public static final AttributeKey<Long> STEP = AttributeKey.longKey("deepspeech.step");

  /** Mean negative log likelihood a sample, in nats. */
  public static final AttributeKey<Double> LOSS = AttributeKey.doubleKey("deepspeech.loss");

  public static final AttributeKey<Double> LEARNING_RATE =
      AttributeKey.doubleKey("deepspeech.learning_rate");

  /** Before clipping. */
  public static final AttributeKey<Double> GRADIENT_NORM =
      AttributeKey.doubleKey("deepspeech.gradient_norm");

  /** True if the step was skipped since loss or gradient was not finite. */
  public static final AttributeKey<Boolean> SKIPPED = AttributeKey.booleanKey("deepspeech.skipped");

  public static final AttributeKey<String> CHECKPOINT =
      AttributeKey.stringKey("deepspeech.checkpoint");

  /** Of a checkpoint's files. */
  public static final AttributeKey<Long> BYTES = AttributeKey.longKey("deepspeech.bytes");

  /** Test CER, from 0. */
  public static final AttributeKey<Double> CER = AttributeKey.doubleKey("deepspeech.cer");

  /** Test WER, from 0. */
  public static final AttributeKey<Double> WER = AttributeKey.doubleKey("deepspeech.wer");

  /** Such as {@code train}. */
  public static final AttributeKey<String> COMMAND = AttributeKey.stringKey("deepspeech.command");

  private SpanAttributes() {}

  /** Which batch a span is about. */
  public static Attributes batch(RunId run, Split split, int epoch, int batch) {
    return Attributes.of(
        RUN, run.toString(), SPLIT, split.toString(), EPOCH, (long) epoch, BATCH, (long) batch);
  }

  /** Which checkpoint a span is about. */
  public static Attributes checkpoint(RunId run, CheckpointId checkpoint, long step) {
    return Attributes.of(RUN, run.toString(), CHECKPOINT, checkpoint.toString(), STEP, step);
  }

  /** What a request asks for. */
  public static Attributes request(FeatureRequest request) {
    return request instanceof FeatureRequest.Batch batch
        ? batch(batch.run(), batch.split(), batch.epoch(), batch.batch())
        : Attributes.of(RUN, request.run().toString(), SPLIT, request.split().toString());
  }
}
