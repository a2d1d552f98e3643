/** Progress in processing the checkpoint events. */
package deepspeech.evaluator.backlog;
