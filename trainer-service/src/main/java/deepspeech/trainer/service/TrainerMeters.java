package deepspeech.trainer.service;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The trainer's metrics in {@code /q/metrics}. The newest values of the run in progress are gauges.
 * They are removed when the run leaves this trainer, so that there are never more gauges than one
 * run has.
 */
final class TrainerMeters {
  private static final String PREFIX = "deepspeech.trainer.";

  private final MeterRegistry registry;
  private final Map<RunStatus, Counter> ended = new EnumMap<>(RunStatus.class);
  private final Counter checkpoints;
  private final Counter rejectedCommands;
  private final AtomicInteger active = new AtomicInteger();
  private final MultiGauge positions;
  private final Map<RunId, Map<Series, Value>> ofRuns = new HashMap<>();

  private record Series(String name, Tags tags) {}

  private record Value(AtomicReference<Double> newest, Meter meter) {}

  /** Registers the meters that exist without a run. */
  TrainerMeters(MeterRegistry registry) {
    this.registry = registry;
    for (RunStatus status : RunStatus.values()) {
      if (status.ended()) {
        ended.put(
            status,
            Counter.builder(PREFIX + "runs")
                .description("Runs that ended in this trainer, by status")
                .tag("status", status.toString())
                .register(registry));
      }
    }
    positions =
        MultiGauge.builder(PREFIX + "queue.position")
            .description("Place of a run that waits for a trainer, from 1")
            .register(registry);
    checkpoints =
        Counter.builder(PREFIX + "checkpoints")
            .description("Checkpoints committed")
            .register(registry);
    rejectedCommands =
        Counter.builder(PREFIX + "commands.rejected")
            .description("Commands that were rejected")
            .register(registry);
    Gauge.builder(PREFIX + "active", active, AtomicInteger::get)
        .description("1 while this trainer receives the commands, 0 while another one does")
        .register(registry);
    Gauge.builder(PREFIX + "training", this, meters -> meters.ofRuns().isEmpty() ? 0 : 1)
        .description("1 while this trainer has a run, 0 while it is idle")
        .register(registry);
  }

  private synchronized Set<RunId> ofRuns() {
    return Set.copyOf(ofRuns.keySet());
  }

  /** Registers the lag of the shared topics. */
  void follow(TopicLag lag) {
    for (String topic : lag.now().keySet()) {
      Gauge.builder(PREFIX + "lag", lag, l -> l.now().getOrDefault(topic, 0L))
          .description("Published messages that are not processed yet")
          .tag("topic", topic)
          .strongReference(true)
          .register(registry);
    }
  }

  /** Registers the number of queued runs. The active trainer shows it for all trainers. */
  void follow(Supplier<RunQueue> queue) {
    Gauge.builder(PREFIX + "runs.waiting", queue, runs -> active.get() * runs.get().size())
        .description("Runs that wait for a trainer")
        .strongReference(true)
        .register(registry);
  }

  /** Shows the places of the runs in the queue, if this trainer is active. */
  synchronized void queue(RunQueue queue) {
    List<RunId> waiting = active.get() == 1 ? queue.waiting() : List.of();
    positions.register(
        IntStream.range(0, waiting.size())
            .mapToObj(i -> MultiGauge.Row.of(ofRun(waiting.get(i)), i + 1))
            .toList(),
        true);
  }

  /** Sets whether this trainer is active. */
  void active(boolean isActive) {
    active.set(isActive ? 1 : 0);
  }

  /**
   * Starts the gauges of a run. Until its first checkpoint, the time of the last checkpoint is
   * {@code now}.
   */
  void begin(RunId run, Instant now) {
    synchronized (this) {
      ofRuns.put(run, new HashMap<>());
    }
    set(run, "run.timestamp.seconds", (double) now.getEpochSecond(), ofRun(run));
    set(run, "checkpoint.timestamp.seconds", (double) now.getEpochSecond(), ofRun(run));
  }

  /** Removes the gauges of a run that is no longer trained here. */
  synchronized void leave(RunId run) {
    Map<Series, Value> values = ofRuns.remove(run);
    if (values != null) {
      values.values().forEach(value -> registry.remove(value.meter()));
    }
  }

  void ended(RunStatus status) {
    ended.get(status).increment();
  }

  void rejectedCommand() {
    rejectedCommands.increment();
  }

  void checkpoint(RunId run, Instant time) {
    checkpoints.increment();
    set(run, "checkpoint.timestamp.seconds", (double) time.getEpochSecond(), ofRun(run));
  }

  /** Records a metric point. */
  void record(MetricPoint point) {
    RunId run = point.run();
    Tags tags = ofRun(run);
    switch (point.name()) {
      case TRAIN_LOSS,
          LEARNING_RATE,
          GRADIENT_NORM,
          ETA_SECONDS,
          SAMPLES_PER_SECOND,
          SKIPPED_STEPS,
          UTTERANCES_SKIPPED -> {
        set(run, name(point), point.value(), tags);
        set(run, "step", (double) point.step(), tags);
        set(run, "epoch", point.epoch(), tags);
        set(run, "batch", point.batch(), tags);
      }
      case SHARE_COMPUTING -> share(run, "computing", point.value());
      case SHARE_WAITING -> share(run, "waiting", point.value());
      case SHARE_CHECKPOINT -> share(run, "checkpoint", point.value());
      case SKIPPED ->
          set(run, name(point), point.value(), tags.and("reason", point.reason().toString()));
      case LAG -> {
        // The lag of the shared topics has gauges that exist without a run.
        if (point.topic().equals(Topics.featuresName(run, Split.TRAIN))) {
          set(run, "lag", point.value(), Tags.of("topic", point.topic()));
        }
      }
      case CHECKPOINT_BYTES, CHECKPOINT_SECONDS -> set(run, name(point), point.value(), tags);
      case RESUMED, TEST_CER, TEST_WER -> {}
    }
  }

  private void share(RunId run, String activity, double value) {
    set(run, "time.share", value, ofRun(run).and("activity", activity));
  }

  private static String name(MetricPoint point) {
    return point.name().toString().replace('_', '.');
  }

  private static Tags ofRun(RunId run) {
    return Tags.of("run", run.toString());
  }

  private synchronized void set(RunId run, String name, double value, Tags tags) {
    Map<Series, Value> values = ofRuns.get(run);
    if (values != null) {
      values.computeIfAbsent(new Series(name, tags), this::register).newest().set(value);
    }
  }

  private Value register(Series series) {
    AtomicReference<Double> newest = new AtomicReference<>(Double.NaN);
    return new Value(
        newest,
        Gauge.builder(PREFIX + series.name(), newest, AtomicReference::get)
            .tags(series.tags())
            .strongReference(true)
            .register(registry));
  }
}
