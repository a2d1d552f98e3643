package deepspeech.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromqlNamesTest {
  @Test
  void metricsAndLabelsAreDistinguishedFromFunctionsNumbersAndTexts() {
    // When
    PromqlNames names =
        PromqlNames.of(
            "histogram_quantile(0.95, sum by (le) (rate(a_bucket{x=~\"b{c}|d\", y!=\"e\"}[5m]))) / 1e6"
                + " and max by (topic, job) (f) > 0.05 * g{} or (h unless on (run) i)");

    // Then
    assertThat(names.metrics())
        .isEqualTo(
            Map.of(
                "a_bucket", Set.of("x", "y"),
                "f", Set.of(),
                "g", Set.of(),
                "h", Set.of(),
                "i", Set.of()));
    assertThat(names.grouping()).containsExactly("job", "le", "run", "topic");
  }
}
