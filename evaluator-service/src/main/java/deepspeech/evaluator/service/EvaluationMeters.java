package deepspeech.evaluator.service;

import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.run.RunId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code /q/metrics} has of the evaluator. The newest rates of a run are gauges that go when
 * the run has ended and its last checkpoint is done with.
 */
final class EvaluationMeters {
  private static final String PREFIX = "deepspeech.evaluator.";

  private final MeterRegistry registry;
  private final Timer evaluations;
  private final Counter deadLettered;
  private final Map<RunId, List<Meter>> ofRuns = new HashMap<>();

  EvaluationMeters(MeterRegistry registry, EvaluationStatus status) {
    this.registry = registry;
    evaluations =
        Timer.builder(PREFIX + "evaluation").description("Testing a checkpoint").register(registry);
    deadLettered =
        Counter.builder(PREFIX + "dead.lettered")
            .description("Checkpoints that could not be tested")
            .register(registry);
    Gauge.builder(PREFIX + "backlog", status, EvaluationStatus::waiting)
        .description("Checkpoints that wait for their test, the one under test among them")
        .strongReference(true)
        .register(registry);
  }

  synchronized void evaluated(Evaluation evaluation) {
    evaluations.record(Duration.ofNanos((long) (evaluation.seconds() * 1e9)));
    RunId run = evaluation.run();
    ended(run);
    Gauge cer = rate(run, "cer", "Character error rate", evaluation.cer());
    ofRuns.put(
        run,
        evaluation.wer() == null
            ? List.of(cer)
            : List.of(cer, rate(run, "wer", "Word error rate", evaluation.wer())));
  }

  private Gauge rate(RunId run, String name, String what, double value) {
    return Gauge.builder(PREFIX + name, () -> value)
        .description(what + " of the checkpoint tested last")
        .tag("run", run.toString())
        .register(registry);
  }

  void deadLettered() {
    deadLettered.increment();
  }

  /** The gauges of a run go. */
  synchronized void ended(RunId run) {
    List<Meter> meters = ofRuns.remove(run);
    if (meters != null) {
      meters.forEach(registry::remove);
    }
  }
}
