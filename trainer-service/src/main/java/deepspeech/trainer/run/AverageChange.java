package deepspeech.trainer.run;

import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.trainer.checkpoint.LoadedCheckpoint;
import java.util.Optional;

/** A moving average that begins or ends where a run resumes from a checkpoint. */
final class AverageChange {
  private AverageChange() {}

  /** Returns what changes, in one line for the owner of the run; empty if nothing does. */
  static Optional<String> since(LoadedCheckpoint checkpoint, TrainingConfiguration configuration) {
    double decay = configuration.averaging().emaDecay();
    boolean before = checkpoint.model().average().isPresent();
    if (before == decay > 0) {
      return Optional.empty();
    }
    return Optional.of(
        (before
                ? "%s: %s, the moving average of checkpoint %s ends"
                : "%s: %s, checkpoint %s has no moving average; it begins with the weights of the checkpoint")
            .formatted(Argument.EMA_DECAY.argumentName(), decay, checkpoint.name()));
  }
}
