package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.topic.Topics;
import deepspeech.messages.trainer.TrainerMessage;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
    name = "devices",
    description =
        "Shows what PyTorch sees on the machine of each trainer: its version and build, and each GPU,"
            + " or what is missing.")
final class DevicesCommand implements Callable<Integer> {
  /** A trainer publishes its presence every 5 s. */
  private static final Duration LISTENING = Duration.ofSeconds(8);

  private final Context context;

  @Mixin private BrokerOptions brokerOptions;

  DevicesCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Map<String, String> trainers = present(brokerOptions.broker(context));
    if (trainers.isEmpty()) {
      throw new CommandFailedException(
          "no trainer was there for %d s; start one".formatted(LISTENING.toSeconds()));
    }
    trainers.forEach((trainer, devices) -> context.show(trainer + ": " + devices));
    return 0;
  }

  private static Map<String, String> present(BrokerConfiguration broker)
      throws InterruptedException {
    Map<String, String> trainers = new TreeMap<>();
    try (EventTail<TrainerMessage> messages =
        EventTail.of(broker, Topics.TRAINERS, TrainerMessage.class, EventTail.Start.NOW)) {
      long end = System.nanoTime() + LISTENING.toNanos();
      for (long left = LISTENING.toNanos(); left > 0; left = end - System.nanoTime()) {
        messages
            .next(Duration.ofNanos(left))
            .ifPresent(
                message -> {
                  if (message.body() instanceof TrainerMessage.Present present) {
                    trainers.put(present.trainer(), devices(present));
                  }
                });
      }
    }
    return trainers;
  }

  private static String devices(TrainerMessage.Present present) {
    return present.devices() == null
        ? "%d GPUs; a trainer of this version says more".formatted(present.gpus())
        : present.devices();
  }
}
