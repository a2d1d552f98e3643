/** Shares the test of a checkpoint among evaluators. */
package deepspeech.evaluator.sharing;
