package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.device.Gpu;
import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import java.util.List;
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
    var warning = PrecisionCheck.warning(configuration("bf16", false), old, List.of());

    // Then
    assertThat(warning)
        .contains(
            "precision: bf16, this trainer's processor has no products of bf16 (avx512_bf16,"
                + " amx_bf16): steps may take longer than with f32");
  }

  @ParameterizedTest
  @CsvSource({"bf16", "tf32"})
  void aGpuWithoutTheProductsIsAWarningThatNamesIt(String precision) {
    // Given
    CpuProvenance cpu = new CpuProvenance(2, "AVX512", "avx512_bf16");

    // When
    var warning =
        PrecisionCheck.warning(
            configuration(precision, true), cpu, List.of(gpu("9.0"), gpu("7.5")));

    // Then
    assertThat(warning)
        .contains(
            "precision: %1$s, a GPU of this run has no products of %1$s (NVIDIA of a test, 16.0"
                    .formatted(precision)
                + " GiB, compute capability 7.5; they need 8.0): steps may take longer than with"
                + " f32");
  }

  @ParameterizedTest
  @CsvSource({
    "bf16, avx2 avx512_bf16,",
    "bf16, amx_bf16 avx2,",
    "f32, avx2,",
    "bf16, avx2, 8.0",
    "tf32, avx2, 12.0",
    "f16, avx2, 7.5",
    "f32, avx2, 7.5"
  })
  void otherwiseThereIsNone(String precision, String instructions, String capability) {
    // Given
    CpuProvenance cpu = new CpuProvenance(2, "AVX2", instructions);
    List<Gpu> gpus = capability == null ? List.of() : List.of(gpu(capability));

    // When
    var warning = PrecisionCheck.warning(configuration(precision, !gpus.isEmpty()), cpu, gpus);

    // Then
    assertThat(warning).isEmpty();
  }

  private static Gpu gpu(String capability) {
    return new Gpu("NVIDIA of a test", 16L << 30, capability);
  }

  private static TrainingConfiguration configuration(String precision, boolean gpu) {
    return TrainingConfiguration.of(Map.of("precision", precision, "use_gpu", gpu));
  }
}
