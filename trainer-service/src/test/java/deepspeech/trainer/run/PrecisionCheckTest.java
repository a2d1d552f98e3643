package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrecisionCheckTest {
  @Test
  void bf16OnAProcessorWithoutItsProductsIsAWarning() {
    // Given
    CpuProvenance old = new CpuProvenance(2, "AVX512", "GenuineIntel avx2 avx512f avx512_vnni");

    // When
    var warning = PrecisionCheck.warning(configuration("bf16", false), old);

    // Then
    assertThat(warning)
        .contains(
            "precision: bf16, this trainer's processor has no products of bf16 (avx512_bf16,"
                + " amx_bf16): steps may take longer than with f32");
  }

  @ParameterizedTest
  @CsvSource({
    "bf16, false, avx2 avx512_bf16",
    "bf16, false, amx_bf16 avx2",
    "f32, false, avx2",
    "bf16, true, avx2"
  })
  void otherwiseThereIsNone(String precision, boolean gpu, String instructions) {
    // Given
    CpuProvenance cpu = new CpuProvenance(2, "AVX2", instructions);

    // When
    var warning = PrecisionCheck.warning(configuration(precision, gpu), cpu);

    // Then
    assertThat(warning).isEmpty();
  }

  private static TrainingConfiguration configuration(String precision, boolean gpu) {
    return TrainingConfiguration.of(Map.of("precision", precision, "use_gpu", gpu));
  }
}
