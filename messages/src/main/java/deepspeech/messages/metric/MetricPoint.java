package deepspeech.messages.metric;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.run.RunId;
import java.time.Instant;

/**
 * One value of one metric.
 *
 * @param step optimiser steps since the run began
 * @param epoch from 1
 * @param batch batches of the epoch done
 */
public record MetricPoint(
    RunId run, MetricName name, double value, long step, int epoch, int batch, Instant time) {
  public MetricPoint {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(name != null, "name", null, "a metric name");
    InvalidMessageException.require(Double.isFinite(value), "value", value, "a finite number");
  }
}
