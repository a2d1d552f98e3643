package deepspeech.messages.evaluation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.List;

/**
 * The result of testing one checkpoint. Its JSON is flat: the fields of {@code tested}, {@code
 * errors} and {@code timing} stand beside the samples.
 */
public record Evaluation(
    @JsonUnwrapped TestedCheckpoint tested,
    @JsonUnwrapped TestErrors errors,
    List<SampleTranscript> samples,
    @JsonUnwrapped TestTiming timing) {
  public Evaluation {
    samples = samples == null ? List.of() : List.copyOf(samples);
  }

  public RunId run() {
    return tested.run();
  }

  public CheckpointId checkpoint() {
    return tested.checkpoint();
  }

  /** The epoch in which the checkpoint lies or which it ends, from 1. */
  public int epoch() {
    return tested.epoch();
  }

  /** Number of completed batches of that epoch; 0 if the epoch is complete. */
  public int batch() {
    return tested.batch();
  }

  /** Optimiser steps since the start of the run. */
  public long step() {
    return tested.step();
  }

  /** The character error rate, from 0. */
  public double cer() {
    return errors.cer();
  }

  /** The word error rate; null if the texts have no spaces. */
  public Double wer() {
    return errors.wer();
  }

  /** Time of the event for which the checkpoint was tested, by the trainer's clock. */
  public Instant announced() {
    return timing.announced();
  }

  /** End of the test. */
  public Instant time() {
    return timing.time();
  }
}
