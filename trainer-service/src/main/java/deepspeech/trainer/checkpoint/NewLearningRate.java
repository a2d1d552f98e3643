package deepspeech.trainer.checkpoint;

/** States whether a run that resumes from a checkpoint brings its own learning rate. */
public enum NewLearningRate {
  /**
   * The learning rate is given. It applies from the first epoch that is trained from the
   * checkpoint.
   */
  GIVEN,
  /**
   * A learning rate that differs from the checkpoint's applies from the first epoch that is trained
   * from the checkpoint.
   */
  IF_OTHER,
  /**
   * The learning rate continues to decay as it did in the run. If the run resumes before the epoch
   * from which its learning rate applies, it uses the checkpoint's learning rate and the epoch from
   * which that one applies.
   */
  AS_BEFORE,
  /**
   * The learning rate of the configuration applies, because the configuration gives the epoch from
   * which it does.
   */
  NONE
}
