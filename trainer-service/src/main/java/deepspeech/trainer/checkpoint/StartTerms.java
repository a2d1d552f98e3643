package deepspeech.trainer.checkpoint;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.RunState;
import deepspeech.trainer.training.TrainingState;
import java.util.Map;

/**
 * What a command brings to the checkpoint from which its run resumes, apart from the values of its
 * arguments.
 *
 * @param learningRate whether the learning rate or its schedule is new
 * @param earlyStop whether test results are counted anew
 */
public record StartTerms(NewLearningRate learningRate, EarlyStopCount earlyStop) {
  /** The terms of a new run, which may begin with a checkpoint of another one. */
  public static StartTerms ofNew(TrainingConfiguration configuration) {
    return new StartTerms(
        configuration.learningRateEpoch().isPresent()
            ? NewLearningRate.NONE
            : NewLearningRate.IF_OTHER,
        EarlyStopCount.NONE);
  }

  /**
   * The terms of a resume.
   *
   * @param state the state of the run before it
   * @param given the configuration arguments of the command
   */
  public static StartTerms ofResume(RunState state, Map<String, ?> given) {
    return new StartTerms(NewLearningRate.of(given), EarlyStopCount.of(state, given));
  }

  /** Completes the configuration of a run that resumes from a checkpoint. */
  TrainingConfiguration applyTo(TrainingConfiguration configuration, TrainingState checkpoint) {
    return earlyStop.applyTo(learningRate.applyTo(configuration, checkpoint), checkpoint);
  }
}
