package deepspeech.acoustic.model;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import deepspeech.acoustic.device.DeviceReport;
import deepspeech.acoustic.device.Gpu;
import deepspeech.messages.InvalidMessageException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The devices that share a training step. The first one holds the running statistics. A device that
 * is named twice, such as {@code cpu,cpu}, holds two replicas of the model.
 *
 * @param devices one or more
 */
public record Devices(List<Device> devices) {
  /** Training on the CPU. */
  public static final Devices CPU = new Devices(List.of(Device.cpu()));

  private static final String NO_GPU =
      "because PyTorch sees no GPU on this machine; the command devices says what is missing";

  public Devices {
    devices = List.copyOf(devices);
    InvalidMessageException.require(!devices.isEmpty(), "devices", "none", "one or more");
  }

  /**
   * Finds the devices that a configuration asks for. A GPU that does not exist is an error. The CPU
   * never replaces it.
   *
   * @param useGpu {@code use_gpu}
   * @param list {@code devices}, such as {@code cpu,cpu} or {@code gpu:0,gpu:1}. If absent, all
   *     visible GPUs (see the environment variable CUDA_VISIBLE_DEVICES), or the CPU if {@code
   *     use_gpu} is False.
   * @throws InvalidMessageException if a device does not exist
   */
  public static Devices resolve(boolean useGpu, Optional<String> list) {
    boolean gpuAskedFor = useGpu || list.filter(names -> names.contains("gpu")).isPresent();
    return resolve(useGpu, list, gpuAskedFor ? DeviceReport.gpuCount() : 0);
  }

  /**
   * Finds the devices that a configuration asks for on a machine with a number of GPUs, otherwise
   * like {@link #resolve(boolean, Optional)}.
   */
  public static Devices resolve(boolean useGpu, Optional<String> list, int visibleGpus) {
    if (list.isPresent()) {
      return new Devices(
          Arrays.stream(list.get().split(",", -1))
              .map(name -> device(name.strip(), visibleGpus))
              .toList());
    }
    if (!useGpu) {
      return CPU;
    }
    InvalidMessageException.require(visibleGpus > 0, "use_gpu", true, "False, " + NO_GPU);
    return new Devices(IntStream.range(0, visibleGpus).mapToObj(Device::gpu).toList());
  }

  private static Device device(String name, int visibleGpus) {
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    InvalidMessageException.require(
        name.matches("gpu:\\d{1,4}"), "devices", name, "cpu, gpu:0, gpu:1, ...");
    int index = Integer.parseInt(name.substring("gpu:".length()));
    String visible = visibleGpus == 0 ? "cpu, " + NO_GPU : "gpu:0 to gpu:" + (visibleGpus - 1);
    InvalidMessageException.require(index < visibleGpus, "devices", name, visible);
    return Device.gpu(index);
  }

  /** Returns the device that holds the running statistics and evaluates. */
  public Device first() {
    return devices.get(0);
  }

  /** Returns what the NVIDIA driver says of the GPUs among them. */
  public List<Gpu> gpus() {
    List<Integer> numbers =
        devices.stream().filter(Device::isGpu).map(Device::getDeviceId).toList();
    List<Gpu> all = numbers.isEmpty() ? List.of() : DeviceReport.ofMachine().gpus();
    return numbers.stream().filter(number -> number < all.size()).map(all::get).toList();
  }

  /** Releases the memory of GPUs that PyTorch keeps for later and does not use. */
  void freeCache() {
    if (first().isGpu()) {
      JniUtils.emptyCudaCache();
    }
  }

  /** Returns the number of replicas that share a step. */
  public int count() {
    return devices.size();
  }

  @Override
  public String toString() {
    return String.join(
        ",", devices.stream().map(d -> d.isGpu() ? "gpu:" + d.getDeviceId() : "cpu").toList());
  }
}
