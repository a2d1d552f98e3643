package deepspeech.trainer.service;

import deepspeech.acoustic.device.DeviceReport;
import java.util.function.Consumer;

/** What PyTorch sees on the machine of this trainer, which is printed the first time. */
final class AnnouncedDevices implements TrainerDevices {
  private final Consumer<String> console;
  private String report;

  AnnouncedDevices(Consumer<String> console) {
    this.console = console;
  }

  @Override
  public int gpus() {
    return DeviceReport.gpuCount();
  }

  @Override
  public synchronized String report() {
    if (report == null) {
      report = DeviceReport.ofMachine().toString();
      console.accept(report);
    }
    return report;
  }
}
