package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows the steps of a run by the metric points that its trainer publishes. */
final class StepWatch implements AutoCloseable {
  private final RunningPipeline pipeline;
  private final ServiceFleet fleet;
  private final RunId run;
  private final EventTail<MetricPoint> metrics;
  private final List<MetricPoint> points = new ArrayList<>();

  /** Follows the steps that a run makes from now on. */
  StepWatch(RunningPipeline pipeline, ServiceFleet fleet, RunId run) throws InterruptedException {
    this.pipeline = pipeline;
    this.fleet = fleet;
    this.run = run;
    metrics =
        EventTail.of(pipeline.broker(), Topics.METRICS, MetricPoint.class, EventTail.Start.NOW);
  }

  /** The newest step that is published; 0 if none is. */
  long newest() throws InterruptedException {
    metrics.upToNow(this::take);
    return losses().stream().mapToLong(MetricPoint::step).max().orElse(0);
  }

  /** Waits until the run has made so many steps. */
  void await(long step) throws IOException, InterruptedException {
    while (losses().stream().noneMatch(point -> point.step() >= step)) {
      Optional<ReceivedEvent<MetricPoint>> event = metrics.next(RunningPipeline.LIMIT);
      if (event.isEmpty()) {
        throw new AssertionError(
            "step %d does not come: %s, the newest lines are %s"
                .formatted(step, pipeline.runState(run).phase(), fleet.newestLines()));
      }
      take(event.get());
    }
  }

  /** The longest time between two steps that were made at a time or later. */
  Duration longestPause(Instant since) {
    List<Instant> times =
        losses().stream().map(MetricPoint::time).filter(time -> time.isAfter(since)).toList();
    Duration longest = Duration.ZERO;
    for (int i = 1; i < times.size(); i++) {
      Duration pause = Duration.between(times.get(i - 1), times.get(i));
      longest = pause.compareTo(longest) > 0 ? pause : longest;
    }
    return longest;
  }

  /**
   * The share of the time between two times that the trainer waited for batches, 0 to 1. It
   * publishes the share of the time since its last point, so a point weighs as much as that time.
   */
  double shareWaiting(Instant from, Instant to) {
    double waited = 0;
    double total = 0;
    Instant last = null;
    for (MetricPoint point : of(MetricName.SHARE_WAITING)) {
      if (last != null && last.isAfter(from) && !point.time().isAfter(to)) {
        double seconds = Duration.between(last, point.time()).toNanos() / 1e9;
        waited += point.value() * seconds;
        total += seconds;
      }
      last = point.time();
    }
    return waited / total;
  }

  private List<MetricPoint> losses() {
    return of(MetricName.TRAIN_LOSS);
  }

  private List<MetricPoint> of(MetricName name) {
    return points.stream().filter(point -> point.name() == name).toList();
  }

  private void take(ReceivedEvent<MetricPoint> event) {
    if (event.body().run().equals(run)) {
      points.add(event.body());
    }
  }

  @Override
  public void close() {
    metrics.close();
    assertThat(points).as("what was published of run %s", run).isNotEmpty();
  }
}
