package deepspeech.messages.metric;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.run.RunId;
import java.time.Instant;

/**
 * One value of one metric.
 *
 * @param step optimiser steps since the run began
 * @param epoch from 1
 * @param batch batches of the epoch done; of a checkpoint and its test 0 if all are
 * @param reason what {@link MetricName#LEFT_OUT} counts; null for other metrics
 * @param topic what {@link MetricName#LAG} is about; null for other metrics
 */
public record MetricPoint(
    RunId run,
    MetricName name,
    double value,
    long step,
    int epoch,
    int batch,
    LeftOutReason reason,
    String topic,
    Instant time) {
  public MetricPoint {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(name != null, "name", null, "a metric name");
    InvalidMessageException.require(Double.isFinite(value), "value", value, "a finite number");
    InvalidMessageException.require(
        (name == MetricName.LEFT_OUT) == (reason != null),
        "reason",
        reason,
        name == MetricName.LEFT_OUT ? "why utterances were left out" : "null");
    InvalidMessageException.require(
        (name == MetricName.LAG) == (topic != null),
        "topic",
        topic,
        name == MetricName.LAG ? "the name of a topic" : "null");
  }

  /** A point of a metric that has no topic. */
  public MetricPoint(
      RunId run,
      MetricName name,
      double value,
      long step,
      int epoch,
      int batch,
      LeftOutReason reason,
      Instant time) {
    this(run, name, value, step, epoch, batch, reason, null, time);
  }

  /** A point of a metric that has neither reason nor topic. */
  public MetricPoint(
      RunId run, MetricName name, double value, long step, int epoch, int batch, Instant time) {
    this(run, name, value, step, epoch, batch, null, null, time);
  }
}
