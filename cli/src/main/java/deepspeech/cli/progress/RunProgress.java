package deepspeech.cli.progress;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.console.ConfigurationBlock;
import deepspeech.messages.console.TrainLine;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestResults;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Turns the events of one run, in the order of their times, into the lines that its trainer prints,
 * interleaved with the test results. Not thread-safe.
 */
public final class RunProgress {
  private final RunId run;
  private final ZoneId zone;
  private final Consumer<String> lines;
  private final Consumer<CheckpointCommitted> checkpoints;

  private final TestResults results = new TestResults();
  private final FailedTests failedTests = new FailedTests();
  private final Map<CheckpointId, CheckpointCommitted> announced = new HashMap<>();
  private final SkippedUtteranceReport skipped = new SkippedUtteranceReport();
  private final Map<MetricName, Double> values = new EnumMap<>(MetricName.class);
  private final List<Report> waitingForBatches = new ArrayList<>();

  private RunState state;
  private TrainingConfiguration shown;
  private boolean samplesShown;
  private final Set<String> warningsShown = new HashSet<>();

  /** The number of batches by epoch, which may differ from epoch to epoch. */
  private final NavigableMap<Integer, Integer> batches = new TreeMap<>();

  private int valuesEpoch;
  private int valuesBatch;

  /**
   * Creates the progress of a run of which nothing is known yet.
   *
   * @param zone time zone of the displayed times
   * @param lines receives one line, or the configuration block, at a time
   */
  public RunProgress(RunId run, ZoneId zone, Consumer<String> lines) {
    this(run, zone, lines, checkpoint -> {});
  }

  /**
   * Creates the progress of a run of which nothing is known yet, and passes checkpoint events on.
   *
   * @param checkpoints receives the event of each checkpoint, in order
   */
  public RunProgress(
      RunId run, ZoneId zone, Consumer<String> lines, Consumer<CheckpointCommitted> checkpoints) {
    this.run = run;
    this.zone = zone;
    this.lines = lines;
    this.checkpoints = checkpoints;
  }

  public RunId run() {
    return run;
  }

  /** The newest state; empty before the first state event. */
  public Optional<RunState> state() {
    return Optional.ofNullable(state);
  }

  /** The best test result so far; among equal results the earliest. */
  public Optional<Evaluation> best() {
    return results.best();
  }

  /** The test results in the order of training, one for each tested checkpoint. */
  public List<Evaluation> evaluations() {
    return results.all();
  }

  /** The URI of a checkpoint in the store, {@code s3://bucket/key/}; empty before its event. */
  public Optional<String> uri(CheckpointId checkpoint) {
    return Optional.ofNullable(announced.get(checkpoint)).map(CheckpointCommitted::uri);
  }

  /** True if training has ended. */
  public boolean trainingEnded() {
    return state != null && state.status().ended();
  }

  /** True if training has ended and no test is outstanding. */
  public boolean ended() {
    return trainingEnded() && checkpointToTest().isEmpty();
  }

  /**
   * The latest checkpoint whose test result is outstanding; tests end in any order. Empty if tests
   * are off, the run failed or the tests failed.
   */
  public Optional<CheckpointId> checkpointToTest() {
    if (state == null
        || state.lastCheckpoint() == null
        || state.configuration() == null
        || state.configuration().testOff()
        || state.status() == RunStatus.FAILED) {
      return Optional.empty();
    }
    CheckpointId last = state.lastCheckpoint();
    return Stream.concat(
            Stream.of(last),
            announced.values().stream()
                .filter(checkpoint -> checkpoint.test() != null)
                .map(CheckpointCommitted::checkpoint)
                .filter(checkpoint -> checkpoint.compareTo(last) < 0))
        .filter(checkpoint -> results.of(checkpoint).isEmpty())
        .filter(checkpoint -> !failedTests.contains(checkpoint))
        .max(Comparator.naturalOrder());
  }

  /** Why the test of a checkpoint is delayed; empty if no delay is known. */
  public Optional<String> delay(CheckpointId checkpoint) {
    return failedTests.delay(checkpoint);
  }

  /**
   * Shows the closing lines: how many checkpoints could not be tested, and how many utterances the
   * test and the training skipped, those of the training by reason.
   */
  public void summarise() {
    failedTests.line(results.all().size()).ifPresent(lines);
    SkippedUtteranceReport.ofTests(results.all()).map(TrainLine::warning).ifPresent(lines);
    state().map(RunState::skipped).flatMap(SkippedUtteranceReport::line).ifPresent(lines);
  }

  /** Shows the configuration of a state before any event is accepted. */
  public void announce(RunState oldest) {
    showConfiguration(oldest);
    takeBatches(oldest);
  }

  /** Accepts the next state of the run. */
  public void accept(RunState next) {
    RunStatus before = state == null ? null : state.status();
    state = next;
    showConfiguration(next);
    takeBatches(next);
    if (next.status() != before) {
      showStatus(next, before);
    }
    if (next.trainingSamples() != null && !samplesShown && next.status() == RunStatus.RUNNING) {
      samplesShown = true;
      lines.accept(TrainLine.trainingSamples(local(next.time()), next.trainingSamples()));
    }
    if (next.warnings() != null) {
      next.warnings().stream().filter(warningsShown::add).map(TrainLine::warning).forEach(lines);
    }
    List<Report> waited = List.copyOf(waitingForBatches);
    waitingForBatches.clear();
    waited.forEach(this::showWhenBatchesAreKnown);
  }

  /** Accepts the next metric point. The points of one step give one line. */
  public void accept(MetricPoint point) {
    results.add(point);
    failedTests.add(point);
    if (point.name() == MetricName.RESUMED) {
      // The run has gone back from later checkpoints, and may commit none of their names again.
      announced
          .values()
          .removeIf(
              checkpoint -> TestResults.isDiscarded(checkpoint.step(), checkpoint.time(), point));
    }
    if (point.epoch() != valuesEpoch || point.batch() != valuesBatch) {
      values.clear();
      valuesEpoch = point.epoch();
      valuesBatch = point.batch();
    }
    values.put(point.name(), point.value());
    // The remaining time arrives after the loss and the learning rate of the same step.
    if (point.name() == MetricName.ETA_SECONDS && values.containsKey(MetricName.LEARNING_RATE)) {
      showWhenBatchesAreKnown(
          new Report(
              point,
              values.get(MetricName.LEARNING_RATE),
              Optional.ofNullable(values.get(MetricName.TRAIN_LOSS))));
    }
  }

  /** Accepts a test result. */
  public void accept(Evaluation evaluation) {
    if (results.add(evaluation)) {
      failedTests.tested(evaluation.checkpoint());
      lines.accept(
          TrainLine.test(
              local(evaluation.time()),
              evaluation.epoch(),
              epochs(),
              evaluation.checkpoint().toString(),
              evaluation.cer()));
    }
  }

  /** Accepts the event of a checkpoint. */
  public void accept(CheckpointCommitted checkpoint) {
    announced.put(checkpoint.checkpoint(), checkpoint);
    failedTests.announced(checkpoint);
    checkpoints.accept(checkpoint);
  }

  /** Accepts a dead letter of the run. */
  public void accept(DeadLetter letter) {
    switch (letter.kind()) {
      case DeadLetter.UTTERANCE -> skipped.add(letter).ifPresent(lines);
      case DeadLetter.CHECKPOINT -> failedTests.add(letter).ifPresent(lines);
      case DeadLetter.DELAYED_TEST -> failedTests.delayed(letter).ifPresent(lines);
      case DeadLetter.COMMAND ->
          lines.accept("Command %s was rejected: %s".formatted(letter.subject(), letter.detail()));
      default ->
          lines.accept(
              "%s %s could not be used: %s"
                  .formatted(letter.kind(), letter.subject(), letter.detail()));
    }
  }

  private void showConfiguration(RunState next) {
    if (next.configuration() != null && !next.configuration().equals(shown)) {
      shown = next.configuration();
      lines.accept(ConfigurationBlock.of(shown));
    }
  }

  private void takeBatches(RunState next) {
    if (next.position() != null && next.position().batches() > 0) {
      batches.put(next.position().epoch(), next.position().batches());
    }
  }

  private void showStatus(RunState next, RunStatus before) {
    if (next.status() == RunStatus.RUNNING && before == null) {
      return;
    }
    StringBuilder line = new StringBuilder("Run %s: %s".formatted(run, next.status()));
    if (next.reason() != null) {
      line.append(": ").append(next.reason());
    }
    boolean good = next.reason() == null || next.endedEarly();
    if (good && next.status().ended() && next.lastCheckpoint() != null) {
      line.append(", last checkpoint ").append(next.lastCheckpoint());
    }
    lines.accept(line.toString());
  }

  /**
   * Shows a report once the number of batches of its epoch is known. The position of a new epoch
   * arrives just after the points of the epoch's first step.
   */
  private void showWhenBatchesAreKnown(Report report) {
    Map.Entry<Integer, Integer> known = batches.ceilingEntry(report.eta().epoch());
    if (known == null && trainingEnded()) {
      known = batches.lastEntry();
    }
    if (known == null) {
      waitingForBatches.add(report);
    } else {
      show(report, known.getValue());
    }
  }

  private void show(Report report, int batchesOfEpoch) {
    MetricPoint point = report.eta();
    if (report.loss().isEmpty()) {
      lines.accept(
          "Step skipped at epoch %d, batch %d: loss or gradient is not finite"
              .formatted(point.epoch(), point.batch() - 1));
      return;
    }
    lines.accept(
        new TrainLine(
                local(point.time()),
                point.epoch(),
                epochs(),
                point.batch() - 1,
                batchesOfEpoch,
                report.learningRate(),
                report.loss().get(),
                Duration.ofSeconds((long) point.value()))
            .toString());
  }

  private int epochs() {
    return shown == null ? 0 : shown.numEpoch();
  }

  private LocalDateTime local(Instant time) {
    return LocalDateTime.ofInstant(time, zone);
  }

  private record Report(MetricPoint eta, double learningRate, Optional<Double> loss) {}
}
