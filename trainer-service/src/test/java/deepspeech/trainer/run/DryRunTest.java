package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import deepspeech.acoustic.model.Devices;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.BatchShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DryRunTest {
  private static final BatchShape LARGEST = new BatchShape(16, 2000, 40);

  private final DryRun dryRun =
      new DryRun(TrainingConfiguration.of(Map.of("batch_size", 16)), Devices.CPU, LARGEST);

  @Test
  void itTakesTheLargestBatchAndSaysHowLongThatTookAndWhetherItWasComputedTwice() {
    // Given
    List<BatchShape> tried = new ArrayList<>();
    List<Long> clock = new ArrayList<>(List.of(5L, 12L));

    // When
    DryRun.Result result = dryRun.perform(shape -> tried.add(shape), () -> clock.remove(0));

    // Then
    assertThat(tried).containsExactly(LARGEST);
    assertThat(result).isEqualTo(new DryRun.Result(Duration.ofNanos(7), true));
  }

  @Test
  void itsWarningsSayWhatMemoryDoesNotHoldAndWhatToLower() {
    assertThat(dryRun.recomputation())
        .isEqualTo(
            "memory: cpu does not hold what a step of the largest batch keeps: such a step computes its"
                + " layers twice and takes longer; the largest batch has 16"
                + " utterances of up to 2000 frames and 40 labels; lower batch_size, which is 16"
                + " per device, or max_duration, which is 20.0");
    assertThat(dryRun.recomputation(0)).isEmpty();
    assertThat(dryRun.recomputation(3))
        .singleElement(as(STRING))
        .startsWith(DryRun.RECOMPUTED)
        .startsWith("memory ran out on cpu in 3 steps since this trainer has the run; ")
        .endsWith("lower batch_size, which is 16 per device, or max_duration, which is 20.0");
  }
}
