package deepspeech.trainer.service;

import deepspeech.acoustic.model.Devices;
import deepspeech.broker.BrokerException;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.trainer.checkpoint.NewRunValidator;
import deepspeech.trainer.checkpoint.StartTerms;
import deepspeech.trainer.command.CommandHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Checks the trainers for devices and the store for models. */
final class TrainerFeasibility implements CommandHandler.Feasibility {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final NewRunValidator validator;
  private final TrainerPresence presence;

  TrainerFeasibility(NewRunValidator validator, TrainerPresence presence) {
    this.validator = validator;
    this.presence = presence;
  }

  @Override
  public TrainingConfiguration settle(RunId run, TrainingConfiguration wanted, StartTerms terms) {
    awaitOthers(wanted);
    if (!presence.anotherHasDevices(wanted)) {
      var unused = Devices.resolve(wanted.useGpu(), wanted.devices());
    }
    return validator.settle(run, wanted, terms);
  }

  /** A trainer that has just started may not know yet the one that has the devices. */
  private void awaitOthers(TrainingConfiguration wanted) {
    while (!presence.hasDevices(wanted)
        && !presence.anotherHasDevices(wanted)
        && !presence.knowsOthers()) {
      try {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BrokerException("interrupted before the other trainers were known", e);
      }
    }
  }

  @Override
  public Optional<TrainingConfiguration> configurationOf(RunId run, ModelReference from) {
    return validator.configurationOf(run, from);
  }

  @Override
  public void requireNew(RunId run) {
    validator.requireNew(run);
  }
}
