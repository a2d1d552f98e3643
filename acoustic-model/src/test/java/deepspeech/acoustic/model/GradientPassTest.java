package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientPassTest {
  private final List<String> done = new ArrayList<>();

  private BatchGradients gradients(boolean recompute, int attemptsThatFail) {
    done.add(recompute ? "recompute" : "keep");
    if (done.stream().filter(step -> !step.equals("release")).count() <= attemptsThatFail) {
      throw OutOfMemoryException.of(new EngineException("CUDA out of memory. Tried to allocate"));
    }
    return new BatchGradients(List.of(), List.of(), List.of(), recompute, List.of());
  }

  @Test
  void aBatchThatFitsIsComputedOnce() {
    // When
    BatchGradients result =
        ((GradientPass) recompute -> gradients(recompute, 0))
            .computeWithin(() -> done.add("release"));

    // Then
    assertThat(done).containsExactly("keep");
    assertThat(result.recomputed()).isFalse();
  }

  @Test
  void aBatchThatDoesNotFitIsComputedOnceMoreWithRecomputationAfterMemoryWasReleased() {
    // When
    BatchGradients result =
        ((GradientPass) recompute -> gradients(recompute, 1))
            .computeWithin(() -> done.add("release"));

    // Then
    assertThat(done).containsExactly("keep", "release", "recompute");
    assertThat(result.recomputed()).isTrue();
  }

  @Test
  void aBatchThatDoesNotFitThenEitherIsForMemory() {
    // Then
    assertThatThrownBy(
            () ->
                ((GradientPass) recompute -> gradients(recompute, 2))
                    .computeWithin(() -> done.add("release")))
        .isInstanceOf(OutOfMemoryException.class);
    assertThat(done).containsExactly("keep", "release", "recompute");
  }
}
