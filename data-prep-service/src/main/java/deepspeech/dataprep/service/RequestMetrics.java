package deepspeech.dataprep.service;

import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.identity.Split;
import deepspeech.speech.audio.codec.CodecProcesses;
import deepspeech.speech.encoding.SharedFeatures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/** The metrics of the service. */
public final class RequestMetrics {
  static final String ANSWERED = "answered";
  static final String REFUSED = "refused";
  static final String DROPPED = "dropped";
  static final String UNREADABLE = "unreadable";

  /** Seconds of audio per frame. */
  private static final double FRAME_SECONDS = 0.01;

  private final MeterRegistry registry;
  private final Timer batches;
  private final Counter utterances;
  private final Counter audioSeconds;
  private final Counter featureBytes;
  private final AtomicInteger inFlight = new AtomicInteger();

  /**
   * Registers the meters.
   *
   * @param codecs the processes that decode the audio of the requests
   * @param features the features that runs share
   */
  public RequestMetrics(MeterRegistry registry, CodecProcesses codecs, SharedFeatures features) {
    this.registry = registry;
    this.batches =
        Timer.builder("deepspeech.dataprep.batch")
            .description("Time to make and publish a feature batch")
            .publishPercentileHistogram()
            .register(registry);
    this.utterances =
        Counter.builder("deepspeech.dataprep.utterances")
            .description("Utterances in published batches")
            .register(registry);
    this.audioSeconds =
        Counter.builder("deepspeech.dataprep.audio.seconds")
            .description("Seconds of audio in published batches")
            .register(registry);
    this.featureBytes =
        Counter.builder("deepspeech.dataprep.feature.bytes")
            .description("Bytes of features in published batches")
            .register(registry);
    Gauge.builder("deepspeech.dataprep.requests.in.flight", inFlight, AtomicInteger::get)
        .description("Requests in progress")
        .register(registry);
    FunctionCounter.builder("deepspeech.dataprep.codec.restarts", codecs, CodecProcesses::restarts)
        .description("Processes for compressed audio that died, hung or did not start")
        .register(registry);
    features("computed", features, SharedFeatures::computed);
    features("reused", features, SharedFeatures::reused);
    Gauge.builder("deepspeech.dataprep.shared.features.bytes", features, SharedFeatures::bytes)
        .description("Heap that features take which other batches may need")
        .register(registry);
    for (String outcome : List.of(ANSWERED, REFUSED, DROPPED, UNREADABLE)) {
      requests(outcome).increment(0);
    }
    for (Split split : Split.values()) {
      for (SkipReason reason : SkipReason.values()) {
        skipped(split, reason).increment(0);
      }
    }
  }

  private void features(
      String source, SharedFeatures features, ToDoubleFunction<SharedFeatures> count) {
    FunctionCounter.builder("deepspeech.dataprep.features", features, count)
        .description("Utterances whose features were computed, or reused from another batch")
        .tag("source", source)
        .register(registry);
  }

  /** Records the start of processing a request. */
  void begin() {
    inFlight.incrementAndGet();
  }

  /** Records the end of processing a request. */
  void end() {
    inFlight.decrementAndGet();
  }

  /** Starts the timer of a batch. */
  Timer.Sample start() {
    return Timer.start(registry);
  }

  /** Counts a batch that the broker has. */
  void answered(FeatureBatch batch, Timer.Sample start) {
    start.stop(batches);
    utterances.increment(batch.size());
    double frames = 0;
    for (int count : batch.frames()) {
      frames += count;
    }
    audioSeconds.increment(frames * FRAME_SECONDS);
    featureBytes.increment(2.0 * batch.features().length);
  }

  /**
   * Counts a skipped utterance when its dead letter is published, which is once per run among all
   * replicas.
   */
  void skipped(Split split, SkippedUtterance utterance) {
    skipped(split, utterance.reason()).increment();
  }

  private Counter skipped(Split split, SkipReason reason) {
    return registry.counter(
        "deepspeech.dataprep.left.out", "split", split.toString(), "reason", reason.toString());
  }

  /**
   * Counts a request.
   *
   * @param outcome one of the constants of this class
   */
  void request(String outcome) {
    requests(outcome).increment();
  }

  private Counter requests(String outcome) {
    return registry.counter("deepspeech.dataprep.requests", "outcome", outcome);
  }
}
