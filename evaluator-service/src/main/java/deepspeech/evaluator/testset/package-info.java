/** The feature batches of a run's test set, prepared once per run. */
package deepspeech.evaluator.testset;
