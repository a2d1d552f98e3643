package deepspeech.acoustic.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import deepspeech.messages.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamedArraysTest {
  @Test
  void arraysOfWhichOneCannotBeCopiedLeaveNothingOpen() throws Exception {
    // Given
    Map<String, Tensor> values = new LinkedHashMap<>();
    values.put("first", Tensor.f32(new float[2], 2));
    values.put("second", null);
    int before = OpenManagers.count();

    // When
    var thrown = assertThatThrownBy(() -> new NamedArrays(values, Device.cpu()));

    // Then
    thrown.isInstanceOf(NullPointerException.class);
    assertThat(OpenManagers.count()).isEqualTo(before);
  }
}
