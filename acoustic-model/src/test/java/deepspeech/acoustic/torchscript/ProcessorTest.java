package deepspeech.acoustic.torchscript;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By the rule of PyTorch 2.7; {@code torch.__config__.show()} says which kernels it took. */
class ProcessorTest {
  @ParameterizedTest
  @CsvSource({
    "fma avx2 avx512f avx512vl avx512bw avx512dq, , AVX512",
    "fma avx2 avx512f, , AVX2",
    "fma avx2, , AVX2",
    "avx2, , DEFAULT",
    "sse4_2 avx, , DEFAULT",
    "fma avx2 avx512f avx512vl avx512bw avx512dq, avx2, AVX2",
    "fma avx2, default, DEFAULT",
    "fma avx2, nonsense, AVX2"
  })
  void pyTorchChoosesItsKernelsByInstructionSetsUnlessConfiguredOtherwise(
      String flags, String wanted, String capability) {
    // Given
    Processor processor = Processor.of(List.of("vendor_id\t: GenuineIntel", "flags\t\t: " + flags));

    // Then
    assertThat(processor.capability(name -> name.equals("ATEN_CPU_CAPABILITY") ? wanted : null))
        .isEqualTo(capability);
  }

  @Test
  void whatDecidesTheKernelsIsReportedInOneLine() {
    // Given
    Processor processor =
        Processor.of(
            List.of(
                "processor\t: 0",
                "vendor_id\t: AuthenticAMD",
                "model name\t: AMD EPYC",
                "flags\t\t: fpu sse4_2 fma avx avx2 sha_ni",
                "",
                "processor\t: 1",
                "vendor_id\t: GenuineIntel"));
    Map<String, String> environment = Map.of("MKL_CBWR", "AVX2");

    // Then
    assertThat(processor.instructions(environment::get))
        .isEqualTo("AuthenticAMD avx avx2 fma sse4_2 MKL_CBWR=AVX2");
  }

  @Test
  void ofAProcessorThatLinuxDoesNotDescribeNothingIsKnown() {
    // Given
    Processor processor = Processor.of(List.of());

    // Then
    assertThat(processor.instructions(name -> null)).isEqualTo("unknown");
    assertThat(processor.capability(name -> null)).isEqualTo("DEFAULT");
  }
}
