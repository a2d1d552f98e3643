package deepspeech.trainer.service;

import deepspeech.acoustic.model.Devices;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.trainer.checkpoint.NewLearningRate;
import deepspeech.trainer.checkpoint.NewRunValidator;
import deepspeech.trainer.command.CommandHandler;
import java.util.Optional;

/** Checks the trainers for devices and the store for models. */
final class TrainerFeasibility implements CommandHandler.Feasibility {
  private final NewRunValidator validator;
  private final TrainerPresence presence;

  TrainerFeasibility(NewRunValidator validator, TrainerPresence presence) {
    this.validator = validator;
    this.presence = presence;
  }

  @Override
  public TrainingConfiguration settle(
      RunId run, TrainingConfiguration wanted, NewLearningRate learningRate) {
    if (!presence.anotherHasDevices(wanted)) {
      var unused = Devices.resolve(wanted.useGpu(), wanted.devices());
    }
    return validator.settle(run, wanted, learningRate);
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
