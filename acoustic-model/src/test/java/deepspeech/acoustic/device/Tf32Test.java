package deepspeech.acoustic.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PyTorch for the CPU has the settings, too; gpu-check checks what they change on a GPU. */
class Tf32Test {
  @AfterEach
  void forbid() {
    Tf32.allow(false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bothCudnnAndCublasFollowTheSetting(boolean allowed) {
    // Given
    Tf32.allow(!allowed);

    // When
    Tf32.allow(allowed);

    // Then
    assertThat(Tf32.inCudnn()).isEqualTo(allowed);
    assertThat(Tf32.inCublas()).isEqualTo(allowed);
  }
}
