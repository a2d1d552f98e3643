package deepspeech.acoustic.torchscript;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchEngineTest {
  @ParameterizedTest
  @CsvSource({"OMP_WAIT_POLICY, PASSIVE", "PYTORCH_CUDA_ALLOC_CONF, expandable_segments:True"})
  void whatNativeLibrariesReadHasADefaultThatTheEnvironmentOverrides(String name, String value) {
    // When
    var unused = TorchEngine.start();

    // Then
    String read =
        NativeLibrary.getInstance("c")
            .getFunction("getenv")
            .invokeString(new Object[] {name}, false);
    assertThat(read).isEqualTo(Optional.ofNullable(System.getenv(name)).orElse(value));
  }
}
