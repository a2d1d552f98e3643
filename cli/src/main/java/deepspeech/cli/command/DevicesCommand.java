package deepspeech.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
    name = "devices",
    description =
        "Shows what PyTorch sees on the machine of each trainer: its version and build, and each"
            + " GPU, or what is missing.")
final class DevicesCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private BrokerOptions brokerOptions;

  DevicesCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    PresentTrainers.listen(brokerOptions.broker(context))
        .forEach(
            present -> context.show(present.trainer() + ": " + PresentTrainers.devices(present)));
    return 0;
  }
}
