package deepspeech.acoustic.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Arrays whose values lie in memory in another order than their shape says, as the gradients of
 * convolutions do, in whatever takes arrays from the trainer.
 */
class StridedArraysTest {
  private final NDManager scope = TorchEngine.start().newBaseManager(Device.cpu());
  private final NDArray strided =
      scope.create(new float[] {1, 40, 2, 50, 3, 60}, new Shape(3, 2)).duplicate().transpose();
  private final TensorLists lists = new TensorLists();

  @AfterEach
  void close() {
    lists.close();
    scope.close();
  }

  @Test
  void areCopiedToTheHostInTheOrderOfTheirShape() {
    assertThat(TensorTransfer.toHost(strided).toFloats()).containsExactly(1, 2, 3, 40, 50, 60);
  }

  @Test
  void areAssignedAndAddedToArraysThatLieInOrder() {
    // Given
    NDArray target = scope.create(new float[6], new Shape(2, 3)).duplicate();

    // When
    lists.assign(List.of(target), List.of(strided));
    lists.add(List.of(target), List.of(strided));

    // Then
    assertThat(target.toFloatArray()).containsExactly(2, 4, 6, 80, 100, 120);
  }

  @Test
  void takeWhatLiesInOrder() {
    // Given
    NDArray source = scope.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3)).duplicate();

    // When
    lists.add(List.of(strided), List.of(source));

    // Then
    assertThat(TensorTransfer.toHost(strided).toFloats()).containsExactly(2, 4, 6, 44, 55, 66);
  }

  @Test
  void haveTheNormOfTheirValues() {
    assertThat((double) lists.norm(List.of(strided, strided)))
        .isCloseTo(Math.sqrt(2 * (1 + 4 + 9 + 1600 + 2500 + 3600)), within(1e-3));
  }
}
