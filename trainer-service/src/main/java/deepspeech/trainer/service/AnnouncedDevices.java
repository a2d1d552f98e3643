package deepspeech.trainer.service;

import deepspeech.acoustic.device.DeviceReport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The number of GPUs of this trainer. The first time it is asked for, it prints what PyTorch sees.
 */
final class AnnouncedDevices implements IntSupplier {
  private final Consumer<String> console;
  private boolean announced;

  AnnouncedDevices(Consumer<String> console) {
    this.console = console;
  }

  @Override
  public synchronized int getAsInt() {
    if (!announced) {
      console.accept(DeviceReport.ofMachine().toString());
      announced = true;
    }
    return DeviceReport.gpuCount();
  }
}
