/** How far the checkpoints' events are worked off. */
package deepspeech.evaluator.backlog;
