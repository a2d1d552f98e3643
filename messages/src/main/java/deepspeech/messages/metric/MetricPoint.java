package deepspeech.messages.metric;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.Position;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * One value of one metric.
 *
 * @param step optimiser steps since the start of the run
 * @param epoch from 1
 * @param batch number of completed batches of the epoch; for a checkpoint and its test 0 if the
 *     epoch is complete
 * @param reason the reason that {@link MetricName#SKIPPED} counts; null for other metrics
 * @param topic the topic of {@link MetricName#LAG}; null for other metrics
 */
public record MetricPoint(
    RunId run,
    MetricName name,
    double value,
    long step,
    int epoch,
    int batch,
    SkipReason reason,
    String topic,
    Instant time) {
  /** The topic names that Kafka accepts. Names also appear in files that spreadsheets read. */
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  public MetricPoint {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(name != null, "name", null, "a metric name");
    InvalidMessageException.require(Double.isFinite(value), "value", value, "a finite number");
    InvalidMessageException.require(
        (name == MetricName.SKIPPED) == (reason != null),
        "reason",
        reason,
        name == MetricName.SKIPPED
            ? "the reason why utterances were skipped"
            : "none, because the metric is not left_out");
    InvalidMessageException.require(
        (name == MetricName.LAG) == (topic != null)
            && (topic == null || TOPIC.matcher(topic).matches()),
        "topic",
        topic,
        name == MetricName.LAG ? "the name of a topic" : "none, because the metric is not lag");
  }

  /** The number of utterances skipped for a reason. */
  public static MetricPoint skipped(
      RunId run, SkipReason reason, int count, Position at, Instant time) {
    return new MetricPoint(
        run, MetricName.SKIPPED, count, at.step(), at.epoch(), at.batch(), reason, null, time);
  }

  /** The number of records of a topic that wait for their consumer. */
  public static MetricPoint lag(RunId run, String topic, double lag, Position at, Instant time) {
    return new MetricPoint(
        run, MetricName.LAG, lag, at.step(), at.epoch(), at.batch(), null, topic, time);
  }

  /** A point of a metric without reason and topic. */
  public MetricPoint(
      RunId run, MetricName name, double value, long step, int epoch, int batch, Instant time) {
    this(run, name, value, step, epoch, batch, null, null, time);
  }
}
