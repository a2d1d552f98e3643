package deepspeech.runtime.quarkus;

import deepspeech.runtime.health.DependencyWatch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Publishes in the metrics whether each dependency can be used: {@code deepspeech_dependency_up}.
 */
public final class DependencyGauges {
  private DependencyGauges() {}

  /** Registers a gauge for each dependency, 1 while it can be used and 0 while not. */
  public static void register(MeterRegistry registry, DependencyWatch watch) {
    watch
        .names()
        .forEach(
            name ->
                Gauge.builder(
                        "deepspeech.dependency.up", watch, w -> w.trouble(name).isPresent() ? 0 : 1)
                    .description("1 if the dependency can be used, 0 if it cannot")
                    .tag("dependency", name)
                    .strongReference(true)
                    .register(registry));
  }
}
