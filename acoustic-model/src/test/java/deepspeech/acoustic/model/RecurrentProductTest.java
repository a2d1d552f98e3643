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

  @Test
  void thePyTorchOfTheTestsHasOneDnn() {
    assertThat(RecurrentProduct.ofThisPyTorch()).isEqualTo(RecurrentProduct.PACKED);
  }

  @ParameterizedTest
  @EnumSource
  void multipliesAnyNumberOfRowsByTheSameWeightsAndAddsABias(RecurrentProduct product) {
    // Given weights that are packed for eight rows
    try (TorchScriptModule module = TorchScriptModule.load(archive(product));
        NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      NDArray weight = scope.randomNormal(new Shape(OUTPUTS, INPUTS));
      NDArray bias = scope.randomNormal(new Shape(OUTPUTS));
      for (int n : new int[] {8, 1, 5}) {
        NDArray rows = scope.randomNormal(new Shape(n, INPUTS));
        // When as many rows or fewer are multiplied
        float[] result =
            module
                .call(
                    scope,
                    "product",
                    ScriptArgument.of(rows),
                    ScriptArgument.of(weight),
                    ScriptArgument.of(bias))
                .get(0)
                .toFloatArray();
        // Then each value is the product in double precision, plus the bias
        for (int row = 0; row < n; row++) {
          for (int output = 0; output < OUTPUTS; output++) {
            assertThat((double) result[row * OUTPUTS + output])
                .isCloseTo(expected(rows, weight, bias, row, output), within(1e-5));
          }
        }
      }
    }
  }

  private static double expected(NDArray rows, NDArray weight, NDArray bias, int row, int output) {
    float[] values = rows.get(row).toFloatArray();
    float[] factors = weight.get(output).toFloatArray();
    double sum = bias.getFloat(output);
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

              def product(self, rows: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                return __torch__.packed_product(rows, __torch__.packed_weight(weight, 8), bias)
            """,
        Map.of());
  }
}
