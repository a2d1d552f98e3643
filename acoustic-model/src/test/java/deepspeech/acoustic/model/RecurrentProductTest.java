package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import deepspeech.acoustic.torchscript.ScriptArgument;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.acoustic.torchscript.TorchScriptArchive;
import deepspeech.acoustic.torchscript.TorchScriptModule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecurrentProductTest {
  private static final int INPUTS = 37;
  private static final int OUTPUTS = 51;

  /** PyTorch's numbers of types. */
  private static final int SINGLE = 6;

  private static final int COMPLEX = 9;

  @Test
  void thePyTorchOfTheTestsHasOneDnn() {
    assertThat(RecurrentProduct.of(SINGLE)).isEqualTo(RecurrentProduct.PACKED);
  }

  @Test
  void aTypeThatOneDnnDoesNotKnowTakesPyTorchsOwnOperators() {
    assertThat(RecurrentProduct.of(COMPLEX)).isEqualTo(RecurrentProduct.PLAIN);
  }

  @ParameterizedTest
  @EnumSource
  void multipliesAnyNumberOfRowsByTheSameWeights(RecurrentProduct product) {
    // Given weights that are packed for eight rows
    try (TorchScriptModule module = TorchScriptModule.load(archive(product));
        NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      NDArray weight = scope.randomNormal(new Shape(OUTPUTS, INPUTS));
      for (int n : new int[] {8, 1, 5}) {
        NDArray rows = scope.randomNormal(new Shape(n, INPUTS));
        // When as many rows or fewer are multiplied
        float[] result =
            module
                .call(scope, "product", ScriptArgument.of(rows), ScriptArgument.of(weight))
                .get(0)
                .toFloatArray();
        // Then each value is the product in double precision
        for (int row = 0; row < n; row++) {
          for (int output = 0; output < OUTPUTS; output++) {
            assertThat((double) result[row * OUTPUTS + output])
                .isCloseTo(expected(rows, weight, row, output), within(1e-5));
          }
        }
      }
    }
  }

  private static double expected(NDArray rows, NDArray weight, int row, int output) {
    float[] values = rows.get(row).toFloatArray();
    float[] factors = weight.get(output).toFloatArray();
    double sum = 0;
    for (int i = 0; i < INPUTS; i++) {
      sum += (double) values[i] * factors[i];
    }
    return sum;
  }

  private static TorchScriptArchive archive(RecurrentProduct product) {
    return new TorchScriptArchive(
        "Product",
        product.source()
            + """

            class Product(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool

              def product(self, rows: Tensor, weight: Tensor) -> Tensor:
                return __torch__.packed_product(rows, __torch__.packed_weight(weight, 8))
            """,
        Map.of());
  }
}
