/** Tests checkpoints and publishes the results. */
package deepspeech.evaluator.evaluation;
