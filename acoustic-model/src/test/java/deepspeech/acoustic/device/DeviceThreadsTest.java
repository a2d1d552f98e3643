package deepspeech.acoustic.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceThreadsTest {
  private static final List<Device> CPUS = List.of(Device.cpu(), Device.cpu());
  private static final List<Device> GPUS = List.of(Device.gpu(0), Device.gpu(1));

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHeapThatIsFullReachesTheCallerAsWhatItIs(boolean onGpus) {
    // Given
    OutOfMemoryError full = new OutOfMemoryError("Java heap space");

    // When / Then
    try (DeviceThreads threads = new DeviceThreads(onGpus ? GPUS : CPUS)) {
      assertThatThrownBy(
              () ->
                  threads.run(
                      2,
                      device -> {
                        throw full;
                      }))
          .isSameAs(full);
    }
  }

  @Test
  void theOtherDevicesEndTheirWorkBeforeAFailureReachesTheCaller() {
    // Given
    List<Integer> done = new ArrayList<>();

    // When / Then
    try (DeviceThreads threads = new DeviceThreads(CPUS)) {
      assertThatThrownBy(
              () ->
                  threads.run(
                      2,
                      device -> {
                        if (device == 0) {
                          throw new IllegalStateException("no");
                        }
                        done.add(device);
                      }))
          .hasMessage("no");
    }
    assertThat(done).containsExactly(1);
  }
}
