package deepspeech.acoustic.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import deepspeech.messages.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchScriptModuleTest {
  private static final String SOURCE =
      """
      class Numbers(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        factor : int

        def scaled_sum(self, arrays: List[Tensor], offset: Tensor) -> Tuple[Tensor, List[Tensor]]:
          total = offset
          for i in range(torch.len(arrays)):
            total = total + arrays[i] * self.factor
          return (total, [offset])

        def slope(self, x: Tensor) -> Tensor:
          leaf = torch.requires_grad_(torch.detach(x), True)
          gradient = torch.autograd.grad([torch.sum(leaf * leaf)], [leaf])
          return torch._unwrap_optional(gradient[0])
      """;

  @Test
  void aMethodTakesListsAndSingleArraysAndSeesTheAttributes() {
    // Given
    TorchScriptArchive archive = new TorchScriptArchive("Numbers", SOURCE, Map.of("factor", -3));
    try (TorchScriptModule module = TorchScriptModule.load(archive);
        NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      List<NDArray> list =
          List.of(scope.create(new float[] {1, 2}), scope.create(new float[] {10, 20}));

      // When
      NDList result =
          module.call(
              scope,
              "scaled_sum",
              ScriptArgument.listOf(list),
              ScriptArgument.of(scope.create(new float[] {100, 200})));

      // Then
      assertThat(result).hasSize(2);
      assertThat(result.get(0).toFloatArray()).containsExactly(67, 134);
      assertThat(result.get(1).toFloatArray()).containsExactly(100, 200);
    }
  }

  @Test
  void aMethodComputesGradientsWithinItself() {
    // Given
    TorchScriptArchive archive = new TorchScriptArchive("Numbers", SOURCE, Map.of("factor", 1));
    try (TorchScriptModule module = TorchScriptModule.load(archive);
        NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      NDArray x = scope.create(new float[] {3, -4});

      // When
      NDArray slope = module.callWithGradients(scope, "slope", ScriptArgument.of(x)).get(0);

      // Then
      assertThat(slope.toFloatArray()).containsExactly(6, -8);
    }
  }

  @Test
  void resultsBelongToTheScopeAndNothingElseIsLeft() {
    // Given
    TorchScriptArchive archive = new TorchScriptArchive("Numbers", SOURCE, Map.of("factor", 1));
    try (TorchScriptModule module = TorchScriptModule.load(archive);
        NDManager arrays = TorchEngine.start().newBaseManager(Device.cpu());
        NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      NDArray x = arrays.create(new float[] {3, -4});

      // When
      module.callWithGradients(scope, "slope", ScriptArgument.of(x));

      // Then
      assertThat(scope.getManagedArrays()).hasSize(1);
      assertThat(arrays.getManagedArrays()).hasSize(1);
    }
  }

  @Test
  void aMistakeInTheSourceIsReportedWithItsPlace() {
    // Given
    TorchScriptArchive archive =
        new TorchScriptArchive(
            "Numbers", SOURCE.replace("torch.sum", "torch.summe"), Map.of("factor", 1));

    // When / Then
    assertThatThrownBy(() -> TorchScriptModule.load(archive))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Numbers is not valid TorchScript")
        .hasMessageContaining("summe")
        .hasMessageContaining("line 15");
  }

  @Test
  void aNameThatIsNoIdentifierIsAnError() {
    // Given / When / Then
    assertThatThrownBy(() -> new TorchScriptArchive("Num bers", SOURCE, Map.of()))
        .hasMessage("className 'Num bers' must be a Python identifier");
  }

  @Test
  void arraysGoToPyTorchAndBackUnchanged() {
    // Given
    Map<String, Tensor> values =
        Map.of(
            "f16", Tensor.f16(new short[] {0x3c00, (short) 0xbc00, 0x0001}, 3),
            "f32", Tensor.f32(new float[] {1.5f, Float.NaN, -0f, Float.MIN_VALUE}, 2, 2),
            "i64", Tensor.i64(new long[] {Long.MIN_VALUE, 7}, 2),
            "scalar", Tensor.f32(new float[] {2}),
            "empty", Tensor.f32(new float[0], 0, 5));

    // When
    Map<String, Tensor> back;
    try (NamedArrays arrays = new NamedArrays(values, Device.cpu())) {
      back = arrays.toHost();
    }

    // Then
    assertThat(back).isEqualTo(values);
  }
}
