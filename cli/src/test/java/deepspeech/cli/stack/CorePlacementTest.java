package deepspeech.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.cli.failure.CommandFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorePlacementTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0-1|0|1",
        "0-2|0-3|0,1,2|3",
        "1,3|0-3|1,3|0,2",
        "8-9|2,8-11|8,9|2,10,11",
      })
  void theOtherPartsGetTheCoresThatTheTrainerLeaves(
      String given, String allowed, String trainer, String others) {
    // When
    CorePlacement placement = CorePlacement.of(given, allowed);

    // Then
    assertThat(placement).isEqualTo(new CorePlacement(trainer, others));
    assertThat(placement.launcher(true)).containsExactly("taskset", "-c", trainer);
    assertThat(placement.launcher(false)).containsExactly("taskset", "-c", others);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-1", "2", "", "a", "1-", "-1", "0,,1", "1-0", "0;1"})
  void coresThatAreNotThereOrAreAllAreRefused(String given) {
    // Then
    assertThatThrownBy(() -> CorePlacement.of(given, "0-1"))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage(
            "--trainer-cores: \"%s\" given, allowed: a list such as 0 or 0-3,8 of some of the cores 0-1, but not all, because the other parts need one"
                .formatted(given));
  }

  @Test
  void aCoreOfThisMachineIsFoundByTheKernelsList() {
    // Then: no machine has this core
    assertThatThrownBy(() -> CorePlacement.of("9999"))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("of some of the cores 0");
  }
}
