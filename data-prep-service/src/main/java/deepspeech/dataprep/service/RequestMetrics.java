package deepspeech.dataprep.service;

import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.LeftOut;
import deepspeech.messages.features.Split;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What the service counts. */
public final class RequestMetrics {
  /** Seconds of audio in a frame. */
  private static final double FRAME_SECONDS = 0.01;

  private final MeterRegistry registry;
  private final Timer batches;

  /** Registers the meters. */
  public RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.batches =
        Timer.builder("deepspeech.dataprep.batch")
            .description("Making and publishing a feature batch")
            .publishPercentileHistogram()
            .register(registry);
  }

  /** Starts the clock of a batch. */
  Timer.Sample start() {
    return Timer.start(registry);
  }

  /** Counts a batch that the broker has. */
  void answered(FeatureBatch batch, Timer.Sample start) {
    start.stop(batches);
    registry.counter("deepspeech.dataprep.utterances").increment(batch.size());
    double frames = 0;
    for (int count : batch.frames()) {
      frames += count;
    }
    registry.counter("deepspeech.dataprep.audio.seconds").increment(frames * FRAME_SECONDS);
    registry.counter("deepspeech.dataprep.feature.bytes").increment(2.0 * batch.features().length);
  }

  /** Counts an utterance that was left out, when it is told: once a run among all replicas. */
  void leftOut(Split split, LeftOut utterance) {
    registry
        .counter(
            "deepspeech.dataprep.left.out",
            "split",
            split.toString(),
            "reason",
            utterance.reason().toString())
        .increment();
  }

  /**
   * Counts a request.
   *
   * @param outcome {@code answered}, {@code refused}, {@code dropped} or {@code unreadable}
   */
  void request(String outcome) {
    registry.counter("deepspeech.dataprep.requests", "outcome", outcome).increment();
  }
}
