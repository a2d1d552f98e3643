/** Which checkpoints are to be tested, and in which order. */
package deepspeech.evaluator.backlog;
