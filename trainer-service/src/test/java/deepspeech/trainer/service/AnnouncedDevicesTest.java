package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnouncedDevicesTest {
  @Test
  void whatPyTorchSeesIsPrintedOnce() {
    // Given
    List<String> printed = new ArrayList<>();
    AnnouncedDevices devices = new AnnouncedDevices(printed::add);

    // Then
    assertThat(devices.gpus()).isZero();
    assertThat(devices.report()).isEqualTo(devices.report());
    assertThat(printed)
        .singleElement()
        .asString()
        .startsWith("PyTorch 2.")
        .contains(" for the CPU; no GPU: ");
  }
}
