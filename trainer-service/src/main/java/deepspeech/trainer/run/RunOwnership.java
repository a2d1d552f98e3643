package deepspeech.trainer.run;

import deepspeech.broker.BrokerException;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.identity.RunId;

/** Decides which trainer has a run. */
public interface RunOwnership {
  /**
   * Reads the newest states of all runs into the registry. A trainer that cannot read them takes no
   * run from another one.
   *
   * @throws BrokerException if the broker cannot be used
   */
  void refresh() throws InterruptedException;

  /**
   * Takes a run, unless another trainer has it or it has ended. Its newest state is in the registry
   * then.
   *
   * @return true if this trainer has it now, and had not before
   * @throws CheckpointStoreException if the store cannot be used
   * @throws BrokerException if the broker cannot be used
   */
  boolean take(RunId run) throws InterruptedException;

  /**
   * Returns true if the last {@link #take} failed because it is not known yet whether the trainer
   * that has the run lives. It is known ten seconds later.
   */
  boolean isUndecided(RunId run);

  /** Leaves the run to others. */
  void release(RunId run);
}
