package deepspeech.acoustic.device;

import com.sun.jna.Memory;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The NVIDIA driver's own interface (CUDA driver API, {@code cuda.h}), in libcuda. */
final class CudaDriver {
  static final String LIBRARY = "libcuda.so.1";

  /** Stands for the status of a function that does not exist. */
  private static final int ABSENT = -1;

  private static final int SUCCESS = 0;
  private static final int NO_DEVICE = 100;
  private static final int COMPUTE_CAPABILITY_MAJOR = 75;
  private static final int COMPUTE_CAPABILITY_MINOR = 76;
  private static final int NAME_BYTES = 256;

  private final NativeLibraries libraries;
  private final OptionalInt initialised;

  CudaDriver(NativeLibraries libraries) {
    this.libraries = libraries;
    initialised = libraries.status(LIBRARY, "cuInit", 0);
  }

  /** Returns false if no driver is installed here. */
  boolean exists() {
    return initialised.isPresent();
  }

  /**
   * Returns the driver's error, such as {@code 802, system not yet initialized}, if it does not
   * work; empty if it does, also without a GPU.
   */
  Optional<String> error() {
    int code = initialised.orElse(ABSENT);
    return code == SUCCESS || code == NO_DEVICE
        ? Optional.empty()
        : Optional.of(code + description(code));
  }

  private String description(int code) {
    PointerByReference text = new PointerByReference();
    return succeeds("cuGetErrorString", code, text) && text.getValue() != null
        ? ", " + text.getValue().getString(0)
        : "";
  }

  /** Returns the newest version of CUDA for which the driver is; empty if it does not say. */
  OptionalInt cuda() {
    return libraries.number(LIBRARY, "cuDriverGetVersion");
  }

  /** Returns the GPUs that CUDA_VISIBLE_DEVICES lets this process see. */
  List<Gpu> gpus() {
    int count = initialised.orElse(ABSENT) == SUCCESS ? number("cuDeviceGetCount") : 0;
    return IntStream.range(0, count).mapToObj(this::gpu).toList();
  }

  private Gpu gpu(int ordinal) {
    int device = number("cuDeviceGet", ordinal);
    Memory name = new Memory(NAME_BYTES);
    name.clear();
    boolean isNamed = succeeds("cuDeviceGetName", name, NAME_BYTES, device);
    LongByReference bytes = new LongByReference();
    boolean isMeasured = succeeds("cuDeviceTotalMem_v2", bytes, device);
    return new Gpu(
        isNamed ? name.getString(0, StandardCharsets.UTF_8.name()) : "GPU",
        isMeasured ? bytes.getValue() : 0,
        number("cuDeviceGetAttribute", COMPUTE_CAPABILITY_MAJOR, device)
            + "."
            + number("cuDeviceGetAttribute", COMPUTE_CAPABILITY_MINOR, device));
  }

  private int number(String function, Object... arguments) {
    return libraries.number(LIBRARY, function, arguments).orElse(0);
  }

  private boolean succeeds(String function, Object... arguments) {
    return libraries.status(LIBRARY, function, arguments).orElse(ABSENT) == SUCCESS;
  }
}
