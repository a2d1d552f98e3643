package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.topic.Topics;
import deepspeech.messages.trainer.TrainerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The trainers that publish their presence. */
final class PresentTrainers {
  /** A trainer publishes its presence every 5 s. */
  private static final Duration LISTENING = Duration.ofSeconds(8);

  private PresentTrainers() {}

  /**
   * Listens for them.
   *
   * @return the newest message of each, in the order of their names; at least one
   * @throws CommandFailedException if there is no trainer
   */
  static List<TrainerMessage.Present> listen(BrokerConfiguration broker)
      throws InterruptedException {
    Map<String, TrainerMessage.Present> trainers = new TreeMap<>();
    try (EventTail<TrainerMessage> messages =
        EventTail.of(broker, Topics.TRAINERS, TrainerMessage.class, EventTail.Start.NOW)) {
      long end = System.nanoTime() + LISTENING.toNanos();
      for (long left = LISTENING.toNanos(); left > 0; left = end - System.nanoTime()) {
        messages
            .next(Duration.ofNanos(left))
            .ifPresent(
                message -> {
                  if (message.body() instanceof TrainerMessage.Present present) {
                    trainers.put(present.trainer(), present);
                  }
                });
      }
    }
    if (trainers.isEmpty()) {
      throw new CommandFailedException(
          "no trainer was there for %d s; start one".formatted(LISTENING.toSeconds()));
    }
    return new ArrayList<>(trainers.values());
  }

  /** What PyTorch sees on the machine of a trainer, in one line. */
  static String devices(TrainerMessage.Present trainer) {
    return trainer.devices() == null
        ? "%d GPUs; a trainer of this version says more".formatted(trainer.gpus())
        : trainer.devices();
  }
}
