package deepspeech.trainer.checkpoint;

/** Whether a run that goes on from a checkpoint comes with a learning rate of its own. */
public enum NewLearningRate {
  /** It was given: it holds from the first epoch that is trained from the checkpoint. */
  GIVEN,
  /** It holds from there if it is another than the checkpoint's. */
  IF_OTHER,
  /**
   * The run goes on falling as it did; behind the epoch from which its learning rate holds, as it
   * did at the checkpoint.
   */
  AS_BEFORE,
  /** What the configuration says holds, as it says from which epoch. */
  NONE
}
