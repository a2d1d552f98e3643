package deepspeech.trainer.run;

import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.configuration.TrainingConfiguration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Whether a run's precision gains time on the processor that trains it. */
final class PrecisionCheck {
  /** Instruction sets with products of bf16, as Linux names them. */
  private static final List<String> BF16 = List.of("avx512_bf16", "amx_bf16");

  private PrecisionCheck() {}

  /** Returns a warning for the owner of the run; empty if the processor has what it needs. */
  static Optional<String> warning(TrainingConfiguration configuration, CpuProvenance cpu) {
    List<String> instructions = Arrays.asList(cpu.instructions().split(" ", -1));
    if (configuration.precision() != Precision.BF16
        || configuration.useGpu()
        || BF16.stream().anyMatch(instructions::contains)) {
      return Optional.empty();
    }
    return Optional.of(
        "precision: bf16, this trainer's processor has no products of bf16 (%s): steps may take longer than with f32"
            .formatted(String.join(", ", BF16)));
  }
}
