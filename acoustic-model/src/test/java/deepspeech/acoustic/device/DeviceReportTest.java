package deepspeech.acoustic.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeviceReportTest {
  private final Machine machine = new Machine();
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void eachGpuIsNamedWithItsMemoryAndCapabilityAndPyTorchWithWhatItIsBuiltForAndTheDriver() {
    machine.driverVersion = 12090;
    assertThat(report())
        .isEqualTo(
            "PyTorch 2.7.1 with CUDA 12.8 and cuDNN 9.7.1, NVIDIA driver for CUDA 12.9; gpu:0 NVIDIA"
                + " H200, 139.8 GiB, compute capability 9.0; gpu:1 NVIDIA H200, 139.8 GiB, compute capability 9.0");
  }

  @Test
  void theGpusAreThoseThatPyTorchCounts() {
    machine.counted = 1;
    assertThat(DeviceReport.of("2.7.1", machine, environment::get).gpus()).hasSize(1);
  }

  @Test
  void aBuildForTheCpuIsNamedAsWhatIsMissing() {
    machine.built = false;
    assertThat(report())
        .isEqualTo(
            "PyTorch 2.7.1 for the CPU; no GPU: this PyTorch is built for the CPU;"
                + " PYTORCH_LIBRARY_PATH names the folder of one that is built for CUDA");
  }

  @Test
  void aMissingDriverIsNamed() {
    machine.driver = false;
    machine.counted = 0;
    assertThat(report())
        .endsWith(
            "no GPU: there is no NVIDIA driver: libcuda.so.1 was not found; a container needs"
                + " NVIDIA's container toolkit");
  }

  @Test
  void aDriverThatDoesNotWorkIsNamedWithItsError() {
    machine.initialised = 999;
    machine.counted = 0;
    assertThat(report())
        .endsWith("the NVIDIA driver does not work: cuInit gives error 999, unknown error");
    machine.errors = Map.of();
    assertThat(report()).endsWith("the NVIDIA driver does not work: cuInit gives error 999");
  }

  @Test
  void aDriverThatIsTooOldIsNamedWithBothVersions() {
    machine.driverVersion = 11040;
    machine.counted = 0;
    assertThat(report())
        .endsWith("the NVIDIA driver is for CUDA 11.4, and this PyTorch needs one for CUDA 12.8");
  }

  @Test
  void aDriverOfTheSameMajorVersionIsNotTooOld() {
    machine.driverVersion = 12020;
    machine.counted = 0;
    assertThat(report()).endsWith("the NVIDIA driver shows 2, of which PyTorch can use none");
  }

  @Test
  void aMachineWithoutGpuOrWithHiddenOnesSaysSo() {
    machine.initialised = 100;
    machine.counted = 0;
    assertThat(report()).endsWith("the NVIDIA driver shows no GPU");
    environment.put("CUDA_VISIBLE_DEVICES", "");
    assertThat(report()).endsWith("the NVIDIA driver shows no GPU; CUDA_VISIBLE_DEVICES is \"\"");
  }

  @Test
  void theBuildOfThisProjectIsForTheCpu() {
    DeviceReport here = DeviceReport.ofMachine();
    assertThat(here.pytorch()).startsWith("2.");
    assertThat(here.build()).isEqualTo("for the CPU");
    assertThat(DeviceReport.gpuCount()).isZero();
  }

  @Test
  void aLibraryThatThisProcessHasLoadedIsFoundAndItsFunctionsAreCalled() {
    // Given
    var unused = DeviceReport.ofMachine();
    NativeLibraries libraries = NativeLibraries.OF_PROCESS;

    // Then
    assertThat(libraries.loaded("libtorch_cpu.so")).isPresent();
    assertThat(libraries.loaded("libtorch_nothing.so")).isEmpty();
    assertThat(libraries.call("c", "abs", -3)).hasValue(3);
    assertThat(libraries.call("c", "no_such_function")).isEmpty();
    assertThat(libraries.call("libnosuchlibrary.so.1", "abs", -3)).isEmpty();
  }

  private String report() {
    return DeviceReport.of("2.7.1", machine, environment::get).toString();
  }

  /** A machine with two GPUs, as CUDA's functions describe it. */
  private static final class Machine implements NativeLibraries {
    private static final Path FOLDER = Path.of("/opt/torch");
    private static final long UPPER_HALF = 7L << 32;

    private boolean built = true;
    private boolean driver = true;
    private int initialised;
    private Map<Integer, String> errors = Map.of(999, "unknown error");

    /** It must not be freed before it is read. */
    private Memory errorText;

    private int driverVersion = 12080;
    private int counted = 2;

    @Override
    public Optional<Path> loaded(String beginning) {
      return built ? Optional.of(FOLDER.resolve(beginning)) : Optional.empty();
    }

    @Override
    public OptionalLong call(String library, String function, Object... arguments) {
      if (library.equals(CudaDriver.LIBRARY) && !driver) {
        return OptionalLong.empty();
      }
      // An int is in the lower half of a register. The upper half may hold anything.
      long upperHalf = function.equals("cudnnGetVersion") ? 0 : UPPER_HALF;
      return OptionalLong.of(upperHalf + result(function, arguments));
    }

    private int result(String function, Object... arguments) {
      switch (function) {
        case "cudnnGetVersion" -> {
          return 90701;
        }
        case "cuInit" -> {
          return initialised;
        }
        case "_ZN3c104cuda12device_countEv" -> {
          return counted;
        }
        case "cuGetErrorString" -> {
          String text = errors.get((int) arguments[0]);
          if (text == null) {
            return 1;
          }
          errorText = new Memory(text.length() + 1L);
          errorText.setString(0, text);
          ((PointerByReference) arguments[1]).setValue(errorText);
        }
        case "cudaRuntimeGetVersion" -> set(arguments, 12080);
        case "cuDriverGetVersion" -> set(arguments, driverVersion);
        case "cuDeviceGetCount" -> set(arguments, 2);
        case "cuDeviceGet" -> set(arguments, (int) arguments[1]);
        case "cuDeviceGetName" -> ((Memory) arguments[0]).setString(0, "NVIDIA H200");
        case "cuDeviceTotalMem_v2" -> ((LongByReference) arguments[0]).setValue(150_110_011_392L);
        case "cuDeviceGetAttribute" -> set(arguments, (int) arguments[1] == 75 ? 9 : 0);
        default -> throw new AssertionError(function);
      }
      return 0;
    }

    private static void set(Object[] arguments, int value) {
      ((IntByReference) arguments[0]).setValue(value);
    }
  }
}
