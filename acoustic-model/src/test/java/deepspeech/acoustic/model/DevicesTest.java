package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import deepspeech.messages.InvalidMessageException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DevicesTest {
  @Test
  void withoutAListTheCpuIsUsedUnlessGpusAreRequested() {
    // Given
    Optional<String> none = Optional.empty();

    // When
    Devices cpu = Devices.resolve(false, none, 2);
    Devices gpus = Devices.resolve(true, none, 2);

    // Then
    assertThat(cpu.devices()).containsExactly(Device.cpu());
    assertThat(gpus.devices()).containsExactly(Device.gpu(0), Device.gpu(1));
  }

  @Test
  void aListNamesTheDevicesInOrder() {
    // Given
    Optional<String> list = Optional.of("gpu:1,gpu:0");

    // When
    Devices devices = Devices.resolve(true, list, 2);

    // Then
    assertThat(devices.devices()).containsExactly(Device.gpu(1), Device.gpu(0));
    assertThat(devices).hasToString("gpu:1,gpu:0");
  }

  @Test
  void theCpuMayHoldSeveralReplicas() {
    // Given
    Optional<String> list = Optional.of("cpu,cpu");

    // When
    Devices devices = Devices.resolve(false, list, 0);

    // Then
    assertThat(devices.count()).isEqualTo(2);
    assertThat(devices.first()).isEqualTo(Device.cpu());
  }

  @Test
  void aMissingGpuIsAnErrorAndNotReplacedByTheCpu() {
    // Given
    Optional<String> none = Optional.empty();

    // When / Then
    assertThatThrownBy(() -> Devices.resolve(true, none, 0))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "use_gpu: True given, allowed: False, because PyTorch sees no GPU on this machine; the command devices says what is missing");
    assertThatThrownBy(() -> Devices.resolve(true, Optional.of("gpu:0,gpu:2"), 2))
        .hasMessage("devices: \"gpu:2\" given, allowed: gpu:0 to gpu:1");
    assertThatThrownBy(() -> Devices.resolve(true, Optional.of("gpu:0"), 0))
        .hasMessage(
            "devices: \"gpu:0\" given, allowed: cpu, because PyTorch sees no GPU on this machine; the command devices says what is missing");
  }

  @Test
  void aNameThatIsNoDeviceIsAnError() {
    // Given
    Optional<String> list = Optional.of("cpu,tpu");

    // When / Then
    assertThatThrownBy(() -> Devices.resolve(false, list, 0))
        .hasMessage("devices: \"tpu\" given, allowed: cpu, gpu:0, gpu:1, ...");
  }

  @Test
  void theLibrariesOnTheClassPathSeeNoGpu() {
    // Given
    Optional<String> list = Optional.of("gpu:0");

    // When / Then
    assertThatThrownBy(() -> Devices.resolve(true, list))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("PyTorch sees no GPU");
  }
}
