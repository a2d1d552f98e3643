package deepspeech.trainer.run;

import deepspeech.acoustic.device.Gpu;
import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.configuration.TrainingConfiguration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Whether a run's precision gains time on the devices that train it. */
final class PrecisionCheck {
  /** Of every warning, and of no other one. */
  static final String BEGINNING = "precision: ";

  /** Instruction sets with products of bf16, as Linux names them. */
  private static final List<String> BF16 = List.of("avx512_bf16", "amx_bf16");

  private PrecisionCheck() {}

  /**
   * Returns a warning for the owner of the run; empty if the devices have what it needs. There is
   * none for f16, of which every GPU has products that PyTorch's build for CUDA 12.8 supports.
   *
   * @param gpus those of the run; none if it is trained on the CPU
   */
  static Optional<String> warning(
      TrainingConfiguration configuration, CpuProvenance cpu, List<Gpu> gpus) {
    return switch (configuration.precision()) {
      case BF16 -> gpus.isEmpty() ? bf16OnCpu(cpu) : onGpus(Precision.BF16, gpus);
      case TF32 -> onGpus(Precision.TF32, gpus);
      case F32, F16 -> Optional.empty();
    };
  }

  private static Optional<String> bf16OnCpu(CpuProvenance cpu) {
    List<String> instructions = Arrays.asList(cpu.instructions().split(" ", -1));
    if (BF16.stream().anyMatch(instructions::contains)) {
      return Optional.empty();
    }
    return Optional.of(
        BEGINNING
            + "bf16, this trainer's processor has no products of bf16 (%s): steps may take longer than with f32"
                .formatted(String.join(", ", BF16)));
  }

  private static Optional<String> onGpus(Precision precision, List<Gpu> gpus) {
    return gpus.stream()
        .filter(gpu -> !gpu.multipliesTf32AndBf16())
        .findFirst()
        .map(
            gpu ->
                BEGINNING
                    + "%s, a GPU of this run has no products of %s (%s; they need 8.0): steps may take longer than with f32"
                        .formatted(precision, precision, gpu));
  }
}
