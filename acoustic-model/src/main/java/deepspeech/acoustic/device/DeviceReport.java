package deepspeech.acoustic.device;

import ai.djl.engine.Engine;
import deepspeech.acoustic.torchscript.TorchEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What PyTorch sees on this machine.
 *
 * @param pytorch its version
 * @param build {@code for the CPU}, or with which libraries it runs, such as {@code with CUDA 12.8
 *     and cuDNN 9.7.1}
 * @param driver what the NVIDIA driver is for, such as {@code CUDA 12.9}, if the build is for CUDA
 *     and a driver says it
 * @param gpus the GPUs on which it can compute, in the order of their numbers
 * @param missing why there are none, and what to do; empty if there are some
 */
public record DeviceReport(
    String pytorch,
    String build,
    Optional<String> driver,
    List<Gpu> gpus,
    Optional<String> missing) {
  private static final String CUDA_LIBRARY = "libc10_cuda";

  /** {@code c10::cuda::device_count()} of PyTorch: 0, never an error, if CUDA does not work. */
  private static final String DEVICE_COUNT = "_ZN3c104cuda12device_countEv";

  public DeviceReport {
    gpus = List.copyOf(gpus);
  }

  /** Starts PyTorch, and returns what it sees. */
  public static DeviceReport ofMachine() {
    Engine engine = TorchEngine.start();
    return of(engine.getVersion(), NativeLibraries.OF_PROCESS, System::getenv);
  }

  static DeviceReport of(
      String pytorch, NativeLibraries libraries, UnaryOperator<String> environment) {
    Optional<Path> cuda = libraries.loaded(CUDA_LIBRARY);
    if (cuda.isEmpty()) {
      return new DeviceReport(
          pytorch,
          "for the CPU",
          Optional.empty(),
          List.of(),
          Optional.of(
              "this PyTorch is built for the CPU; PYTORCH_LIBRARY_PATH names the folder of one that"
                  + " is built for CUDA"));
    }
    OptionalInt runtime =
        libraries
            .loaded("libcudart")
            .map(file -> libraries.number(file.toString(), "cudaRuntimeGetVersion"))
            .orElse(OptionalInt.empty());
    CudaDriver driver = new CudaDriver(libraries);
    List<Gpu> all = driver.gpus();
    int count = count(libraries, cuda.get());
    List<Gpu> gpus = all.subList(0, Math.min(count, all.size()));
    return new DeviceReport(
        pytorch,
        build(libraries, runtime),
        driver.cuda().stream().mapToObj(version -> "CUDA " + cuda(version)).findFirst(),
        gpus,
        gpus.isEmpty()
            ? Optional.of(missing(driver, runtime, all.size(), environment))
            : Optional.empty());
  }

  /** Returns the number of GPUs on which PyTorch can compute. It does not change. */
  public static int gpuCount() {
    return Counted.GPUS;
  }

  private static final class Counted {
    private static final int GPUS = gpus();

    private static int gpus() {
      var unused = TorchEngine.start();
      return NativeLibraries.OF_PROCESS
          .loaded(CUDA_LIBRARY)
          .map(file -> count(NativeLibraries.OF_PROCESS, file))
          .orElse(0);
    }
  }

  /** {@code DeviceIndex} is an {@code int8_t}. */
  private static int count(NativeLibraries libraries, Path cuda) {
    OptionalLong count = libraries.call(cuda.toString(), DEVICE_COUNT);
    return Math.max(0, count.isPresent() ? (byte) count.getAsLong() : 0);
  }

  private static String build(NativeLibraries libraries, OptionalInt runtime) {
    String cuda = runtime.isPresent() ? "with CUDA " + cuda(runtime.getAsInt()) : "with CUDA";
    return libraries
        .loaded("libcudnn.so")
        .map(file -> libraries.call(file.toString(), "cudnnGetVersion"))
        .filter(OptionalLong::isPresent)
        .map(version -> cuda + " and cuDNN " + cudnn(version.getAsLong()))
        .orElse(cuda);
  }

  /** CUDA writes 12.8 as 12080. */
  private static String cuda(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  /** cuDNN writes 9.7.1 as 90701. */
  private static String cudnn(long version) {
    return version / 10_000 + "." + version / 100 % 100 + "." + version % 100;
  }

  private static String missing(
      CudaDriver driver, OptionalInt runtime, int found, UnaryOperator<String> environment) {
    if (!driver.exists()) {
      return "there is no NVIDIA driver: %s was not found; a container needs NVIDIA's container toolkit"
          .formatted(CudaDriver.LIBRARY);
    }
    if (driver.error().isPresent()) {
      return "the NVIDIA driver does not work: cuInit gives error " + driver.error().get();
    }
    if (runtime.isPresent()
        && driver.cuda().isPresent()
        && driver.cuda().getAsInt() / 1000 < runtime.getAsInt() / 1000) {
      return "the NVIDIA driver is for CUDA %s, and this PyTorch needs one for CUDA %s"
          .formatted(cuda(driver.cuda().getAsInt()), cuda(runtime.getAsInt()));
    }
    if (found > 0) {
      return "the NVIDIA driver shows %d, of which PyTorch can use none".formatted(found);
    }
    String visible = environment.apply("CUDA_VISIBLE_DEVICES");
    return "the NVIDIA driver shows no GPU"
        + (visible == null ? "" : "; CUDA_VISIBLE_DEVICES is \"%s\"".formatted(visible));
  }

  /** The report in one line. */
  @Override
  public String toString() {
    return "PyTorch %s %s%s; "
            .formatted(pytorch, build, driver.map(", NVIDIA driver for "::concat).orElse(""))
        + missing
            .map(reason -> "no GPU: " + reason)
            .orElseGet(
                () ->
                    IntStream.range(0, gpus.size())
                        .mapToObj(number -> "gpu:" + number + " " + gpus.get(number))
                        .collect(Collectors.joining("; ")));
  }
}
