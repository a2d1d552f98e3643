package deepspeech.trainer.run;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.RunId;

/**
 * {@code run.json}: what a run trains, and on what.
 *
 * @param fingerprint of the training data set
 * @param provenance of its checkpoints from here on
 */
record RunDescription(
    RunId run,
    TrainingConfiguration configuration,
    ModelShape model,
    String fingerprint,
    Provenance provenance) {}
