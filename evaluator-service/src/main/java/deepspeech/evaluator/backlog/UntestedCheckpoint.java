package deepspeech.evaluator.backlog;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import io.opentelemetry.context.Context;

/**
 * A checkpoint that was announced and is to be tested.
 *
 * @param event {@code ce_id} of its event
 * @param trace the trace of its event
 */
public record UntestedCheckpoint(String event, CheckpointCommitted checkpoint, Context trace) {}
