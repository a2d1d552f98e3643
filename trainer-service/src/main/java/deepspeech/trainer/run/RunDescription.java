package deepspeech.trainer.run;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.RunId;
import deepspeech.trainer.model.ModelShape;
import java.util.Map;

/**
 * {@code run.json}: what a run trains, and on what.
 *
 * @param fingerprint of the training data set
 * @param hashes SHA-256 of {@code manifest}, {@code vocabulary} and {@code mean_std}
 */
record RunDescription(
    RunId run,
    TrainingConfiguration configuration,
    ModelShape model,
    String fingerprint,
    Map<String, String> hashes) {}
