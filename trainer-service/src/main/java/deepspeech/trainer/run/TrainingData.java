package deepspeech.trainer.run;

import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.Split;
import deepspeech.trainer.training.BatchSource;
import deepspeech.trainer.training.RunStoppedException;

/**
 * The feature batches of one run, as data-prep produces them. An instance serves one run, until it
 * is closed.
 */
public interface TrainingData extends BatchSource {
  /**
   * Requests the description of a data set, and waits until data-prep answers.
   *
   * @param epochs the number of epochs whose batches the description covers
   * @throws DataRefusedException if the data set cannot be used
   * @throws RunStoppedException if the run is stopped before the answer arrives
   */
  DataSetDescription describe(Split split, DataSpecification data, int epochs)
      throws InterruptedException;

  /**
   * Starts to request training batches.
   *
   * @param epoch the epoch of the first batch, from 1
   * @param batch the first batch, from 0
   * @throws RunStoppedException if the run is stopped before the batches are requested
   */
  void begin(DataSetDescription description, int epoch, int batch) throws InterruptedException;

  /**
   * Returns the number of batches that are ready for training, without waiting. Valid once batches
   * are requested.
   */
  int ready();

  /** Deletes all batches, because the run has ended. */
  void discard() throws InterruptedException;
}
