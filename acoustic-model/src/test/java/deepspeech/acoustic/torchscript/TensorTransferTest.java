package deepspeech.acoustic.torchscript;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.messages.tensor.Tensor;
import java.lang.reflect.Field;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorTransferTest {
  @Test
  void copiesOfArraysOfAnotherDeviceLeaveNothingWithTheManagerOfTheArrays() throws Exception {
    try (NDManager manager = TorchEngine.start().newBaseManager(Device.gpu(0));
        NDManager host = TorchEngine.start().newBaseManager(Device.cpu())) {
      // Given
      NDArray array = host.create(new float[] {1, 2, 3});
      // For DJL it is on the device of its manager now.
      array.attach(manager);
      int before = resources(manager);

      // When
      Tensor copy = TensorTransfer.toHostFromDevice(array);
      Tensor again = TensorTransfer.toHostFromDevice(array);

      // Then
      assertThat(copy).isEqualTo(Tensor.f32(new float[] {1, 2, 3}, 3)).isEqualTo(again);
      assertThat(array.toFloatArray()).containsExactly(1, 2, 3);
      assertThat(resources(manager)).isEqualTo(before);
    }
  }

  private static int resources(NDManager manager) throws ReflectiveOperationException {
    Field field = BaseNDManager.class.getDeclaredField("resources");
    field.setAccessible(true);
    return ((Map<?, ?>) field.get(manager)).size();
  }
}
