/** The feature batches of a run's test set, prepared once a run. */
package deepspeech.evaluator.testset;
