package deepspeech.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  private static final int MEBIBYTE = 1 << 20;

  @Test
  void theKernelsKibibytesAreReadAsBytes() {
    // When
    var memory =
        ProcessMemory.parse(
            List.of(
                "Name:\tjava",
                "VmHWM:\t  300 kB",
                "VmRSS:\t  200 kB",
                "RssAnon:\t     150 kB",
                "RssFile:\t      50 kB"));

    // Then
    assertThat(memory).contains(new ProcessMemory(200 * 1024, 150 * 1024, 300 * 1024));
  }

  @Test
  void aProcessThatHasEndedHasNoMemory() throws Exception {
    // Given
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();

    // Then
    assertThat(ProcessMemory.of(ended.pid())).isEmpty();
    assertThat(ProcessMemory.parse(List.of("Name:\ttrue", "State:\tZ (zombie)"))).isEmpty();
  }

  @Test
  void memoryOutsideTheHeapThatIsWrittenToCounts() {
    // Given
    long self = ProcessHandle.current().pid();
    ProcessMemory before = ProcessMemory.of(self).orElseThrow();

    // When
    ByteBuffer block = ByteBuffer.allocateDirect(64 * MEBIBYTE);
    for (int i = 0; i < block.capacity(); i += 4096) {
      block.put(i, (byte) 1);
    }
    ProcessMemory after = ProcessMemory.of(self).orElseThrow();

    // Then
    assertThat(after.anonymous() - before.anonymous()).isGreaterThan(48L * MEBIBYTE);
    assertThat(after.resident()).isGreaterThanOrEqualTo(after.anonymous());
    assertThat(after.peak()).isGreaterThanOrEqualTo(48L * MEBIBYTE);
    assertThat(block.get(0)).isEqualTo((byte) 1);
  }
}
