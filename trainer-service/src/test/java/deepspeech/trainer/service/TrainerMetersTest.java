package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunStatus;
import deepspeech.runtime.metrics.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TrainerMetersTest {
  private static final RunId RUN = new RunId("demo");
  private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final TrainerMeters meters = new TrainerMeters(registry);

  @Test
  void theNewestValuesOfARunAreGaugesUntilItLeaves() {
    // Given
    meters.begin(RUN, NOON);

    // When
    meters.record(point(MetricName.TRAIN_LOSS, 9, null, null));
    meters.record(point(MetricName.TRAIN_LOSS, 8, null, null));
    meters.record(point(MetricName.SHARE_WAITING, 0.25, null, null));
    meters.record(point(MetricName.SKIPPED, 3, SkipReason.TOO_LONG, null));
    meters.record(point(MetricName.LAG, 4, null, "deepspeech.features.demo.train"));
    meters.record(point(MetricName.LAG, 5, null, "deepspeech.commands"));

    // Then
    assertThat(gauge("train.loss", "run", "demo")).isEqualTo(8);
    assertThat(gauge("step", "run", "demo")).isEqualTo(41);
    assertThat(gauge("epoch", "run", "demo")).isEqualTo(2);
    assertThat(gauge("batch", "run", "demo")).isEqualTo(7);
    assertThat(gauge("time.share", "activity", "waiting")).isEqualTo(0.25);
    assertThat(gauge("left.out", "reason", "too_long")).isEqualTo(3);
    assertThat(gauge("lag", "topic", "deepspeech.features.demo.train")).isEqualTo(4);
    assertThat(gauge("checkpoint.timestamp.seconds", "run", "demo"))
        .isEqualTo((double) NOON.getEpochSecond());
    // That of the shared topics is there without a run.
    assertThat(registry.find("deepspeech.trainer.lag").tag("topic", "deepspeech.commands").gauge())
        .isNull();

    // When
    meters.checkpoint(RUN, NOON.plusSeconds(60));

    // Then
    assertThat(gauge("checkpoint.timestamp.seconds", "run", "demo"))
        .isEqualTo((double) NOON.getEpochSecond() + 60);
    assertThat(registry.get("deepspeech.trainer.checkpoints").counter().count()).isEqualTo(1);

    // When
    meters.leave(RUN);
    meters.record(point(MetricName.TRAIN_LOSS, 7, null, null));

    // Then
    assertThat(registry.find("deepspeech.trainer.train.loss").gauge()).isNull();
    assertThat(registry.getMeters())
        .noneMatch(meter -> meter.getId().getTag("run") != null)
        .noneMatch(meter -> meter.getId().getName().equals("deepspeech.trainer.lag"));
  }

  @Test
  void endsAndRejectionsAreCountedFromZero() {
    // Given
    assertThat(ended("failed")).isZero();

    // When
    meters.ended(RunStatus.FAILED);
    meters.rejectedCommand();
    meters.active(true);

    // Then
    assertThat(ended("failed")).isEqualTo(1);
    assertThat(ended("finished")).isZero();
    assertThat(registry.get("deepspeech.trainer.commands.rejected").counter().count()).isEqualTo(1);
    assertThat(registry.get("deepspeech.trainer.active").gauge().value()).isEqualTo(1);
  }

  @Test
  void theActiveTrainerShowsThePlacesOfTheRunsThatWait() {
    // Given
    meters.active(true);
    meters.queue(new RunQueue(List.of(RUN, new RunId("next"))));

    // When
    meters.queue(new RunQueue(List.of(new RunId("next"))));

    // Then
    assertThat(registry.get("deepspeech.trainer.queue.position").gauges())
        .singleElement()
        .satisfies(
            place -> {
              assertThat(place.getId().getTag("run")).isEqualTo("next");
              assertThat(place.value()).isEqualTo(1);
            });

    // When
    meters.active(false);
    meters.queue(new RunQueue(List.of(new RunId("next"))));

    // Then
    assertThat(registry.find("deepspeech.trainer.queue.position").gauges()).isEmpty();
  }

  @Test
  void whatIsExposedIsWhatIsListed() throws Exception {
    // Given
    meters.follow(() -> new RunQueue(List.of()));
    meters.begin(RUN, NOON);
    meters.active(true);
    meters.queue(new RunQueue(List.of(RUN)));

    // When
    for (MetricName name : MetricName.values()) {
      meters.record(
          point(
              name,
              1,
              name == MetricName.SKIPPED ? SkipReason.SILENT : null,
              name == MetricName.LAG ? "deepspeech.features.demo.train" : null));
    }

    // Then
    Map<String, Set<String>> listed =
        new TreeMap<>(MetricNames.listed(Files.readString(Path.of("metrics.txt"))).labels());
    listed.keySet().removeIf(name -> !name.startsWith("deepspeech_trainer_"));
    Map<String, Set<String>> exposed = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      exposed
          .computeIfAbsent(prometheusName(meter), name -> new TreeSet<>())
          .addAll(meter.getId().getTags().stream().map(Tag::getKey).toList());
    }
    assertThat(exposed).isEqualTo(listed);
  }

  private static String prometheusName(Meter meter) {
    return meter.getId().getName().replace('.', '_') + (meter instanceof Counter ? "_total" : "");
  }

  private double ended(String status) {
    return registry.get("deepspeech.trainer.runs").tag("status", status).counter().count();
  }

  private double gauge(String name, String label, String value) {
    return registry.get("deepspeech.trainer." + name).tag(label, value).gauge().value();
  }

  private static MetricPoint point(MetricName name, double value, SkipReason reason, String topic) {
    return new MetricPoint(RUN, name, value, 41, 2, 7, reason, topic, NOON);
  }
}
