package deepspeech.trainer.run;

import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.Split;
import deepspeech.trainer.training.BatchSource;
import deepspeech.trainer.training.RunStoppedException;

/**
 * The feature batches of one run, as data-prep makes them. Made for the run, and gone when it is
 * closed.
 */
public interface TrainingData extends BatchSource {
  /**
   * Asks what a data set holds; waits until data-prep answers.
   *
   * @param epochs the description tells the batches of so many
   * @throws DataRefusedException if the data set cannot be used
   * @throws RunStoppedException if the run is stopped before the answer comes
   */
  DataSetDescription describe(Split split, DataSpecification data, int epochs)
      throws InterruptedException;

  /**
   * Begins to ask for training batches.
   *
   * @param epoch of the first, from 1
   * @param batch the first, from 0
   * @throws RunStoppedException if the run is stopped before they are asked for
   */
  void begin(DataSetDescription description, int epoch, int batch) throws InterruptedException;

  /** How many batches are there to train on, at once; may be asked once batches are asked for. */
  int ready();

  /** Lets go of all batches, as the run has ended. */
  void discard() throws InterruptedException;
}
