package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceFailureTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: device-side assert triggered",
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: unspecified launch failure",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm( handle)`"
      })
  void anErrorAfterWhichCudaComputesNothingIsKnownByItsWords(String message) {
    // Given
    EngineException failure =
        new EngineException(
            "The following operation failed in the TorchScript interpreter.\n  "
                + message
                + "\nCUDA kernel errors might be asynchronously reported at some other API call.");

    // Then
    assertThat(DeviceFailure.of(failure)).hasValue(message);
    assertThat(DeviceFailure.of(new IllegalStateException("a copy failed", failure)))
        .hasValue(message);
  }

  @Test
  void otherFailuresLeaveTheDeviceUsable() {
    assertThat(DeviceFailure.of(new EngineException("CUDA out of memory. Tried to allocate 2 GiB")))
        .isEmpty();
    assertThat(DeviceFailure.of(new EngineException("CUDA error: invalid device ordinal")))
        .isEmpty();
    assertThat(DeviceFailure.of(new IllegalStateException("device-side assert triggered")))
        .isEmpty();
    assertThat(DeviceFailure.of(new EngineException((String) null))).isEmpty();
  }
}
