package deepspeech.trainer.run;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;

/**
 * {@code run.json}: the model that a run trains, and the data that it trains on.
 *
 * @param fingerprint the fingerprint of the training data set
 * @param provenance the provenance of the run's checkpoints from now on
 */
record RunDescription(
    RunId run,
    TrainingConfiguration configuration,
    ModelShape model,
    String fingerprint,
    Provenance provenance) {}
