package deepspeech.evaluator.service;

import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.RunId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The metrics of the evaluator in {@code /q/metrics}. The newest error rates of a run, whichever
 * evaluator tested it, are gauges that are removed when the run has ended and its last checkpoint
 * is processed. The gauge of the run's untested checkpoints stays until one is tested.
 */
final class EvaluationMeters {
  private static final String PREFIX = "deepspeech.evaluator.";

  private final MeterRegistry registry;
  private final Timer evaluations;
  private final Counter deadLettered;
  private final Map<RunId, Evaluation> newestOfRuns = new HashMap<>();
  private final Map<RunId, List<Meter>> ofRuns = new HashMap<>();
  private final Map<RunId, Untested> untested = new HashMap<>();

  /** Counts the checkpoints of a run that could not be tested since the last tested one. */
  private static final class Untested {
    private final AtomicInteger inARow = new AtomicInteger();
    private Gauge gauge;
  }

  EvaluationMeters(MeterRegistry registry, EvaluationStatus status) {
    this.registry = registry;
    evaluations =
        Timer.builder(PREFIX + "evaluation")
            .description("Time for the test of a checkpoint")
            .register(registry);
    deadLettered =
        Counter.builder(PREFIX + "dead.lettered")
            .description("Checkpoints that could not be tested")
            .register(registry);
    Gauge.builder(PREFIX + "delayed.seconds", status, EvaluationStatus::hinderedSeconds)
        .description(
            "Seconds for which the test that is delayed longest has been delayed, 0 without a delay")
        .strongReference(true)
        .register(registry);
    Gauge.builder(PREFIX + "backlog", status, EvaluationStatus::waiting)
        .description("Checkpoints that wait for a test, including those under test")
        .strongReference(true)
        .register(registry);
  }

  /** Called when this evaluator has completed a test. */
  void evaluated(Evaluation evaluation) {
    evaluations.record(Duration.ofNanos((long) (evaluation.timing().seconds() * 1e9)));
  }

  /** Called when any evaluator has published a result. */
  synchronized void published(Evaluation evaluation) {
    RunId run = evaluation.run();
    untested(run).set(0);
    Evaluation newest = newestOfRuns.get(run);
    if (newest != null && newest.announced().isAfter(evaluation.announced())) {
      return;
    }
    newestOfRuns.put(run, evaluation);
    rates(run, List.of());
    Gauge cer = rate(run, "cer", "Character error rate", evaluation.cer());
    rates(
        run,
        evaluation.wer() == null
            ? List.of(cer)
            : List.of(cer, rate(run, "wer", "Word error rate", evaluation.wer())));
  }

  private Gauge rate(RunId run, String name, String what, double value) {
    return Gauge.builder(PREFIX + name, () -> value)
        .description(what + " of the newest tested checkpoint")
        .tag("run", run.toString())
        .register(registry);
  }

  synchronized void deadLettered(RunId run) {
    deadLettered.increment();
    untested(run).incrementAndGet();
  }

  private AtomicInteger untested(RunId run) {
    return untested.computeIfAbsent(
            run,
            r -> {
              Untested counted = new Untested();
              counted.gauge =
                  Gauge.builder(PREFIX + "untested", counted.inARow::get)
                      .description(
                          "Checkpoints that could not be tested since the last successful test")
                      .tag("run", run.toString())
                      .register(registry);
              return counted;
            })
        .inARow;
  }

  /**
   * Removes the gauges of a run. If its newest checkpoints could not be tested, the gauge that
   * reports that stays.
   */
  synchronized void ended(RunId run) {
    newestOfRuns.remove(run);
    rates(run, List.of());
    Untested counted = untested.get(run);
    if (counted != null && counted.inARow.get() == 0) {
      registry.remove(counted.gauge);
      untested.remove(run);
    }
  }

  private void rates(RunId run, List<Meter> meters) {
    List<Meter> before = meters.isEmpty() ? ofRuns.remove(run) : ofRuns.put(run, meters);
    if (before != null) {
      before.forEach(registry::remove);
    }
  }
}
