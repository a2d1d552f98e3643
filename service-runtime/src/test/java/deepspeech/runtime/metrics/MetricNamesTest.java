package deepspeech.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricNamesTest {
  private static final MetricNames EXPOSED =
      MetricNames.exposed(
          """
          # HELP deepspeech_trainer_lag Messages
          # TYPE deepspeech_trainer_lag gauge
          deepspeech_trainer_lag{topic="a, b=\\"c\\"",} 3.0
          deepspeech_trainer_active 1.0
          jvm_gc_pause_seconds_sum{action="x",gc="y"} 1.0E-3
          """);

  @Test
  void namesAndLabelsAreReadFromTheTextThatAServiceExposes() {
    assertThat(EXPOSED.labels())
        .isEqualTo(
            Map.of(
                "deepspeech_trainer_lag", Set.of("topic"),
                "deepspeech_trainer_active", Set.of(),
                "jvm_gc_pause_seconds_sum", Set.of("action", "gc")));
  }

  @Test
  void aListedNameOrLabelThatIsNotExposedIsMissing() {
    // Given
    MetricNames listed =
        MetricNames.listed(
            """
            # what dashboards use
            deepspeech_trainer_active
            deepspeech_trainer_lag{topic}
            deepspeech_trainer_step
            jvm_gc_pause_seconds_sum{action,cause}
            """);

    // Then
    assertThat(listed.missingIn(EXPOSED))
        .containsExactly("deepspeech_trainer_step", "jvm_gc_pause_seconds_sum{action,cause}");
    assertThat(EXPOSED.own().missingIn(listed)).isEmpty();
    assertThat(EXPOSED.missingIn(listed)).containsExactly("jvm_gc_pause_seconds_sum{action,gc}");
  }

  @Test
  void aLineOfAnotherFormIsRefused() {
    assertThatThrownBy(() -> MetricNames.listed("deepspeech trainer"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("deepspeech trainer: not of the form name{label,label}");
  }
}
