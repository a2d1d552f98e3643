/** Log probabilities to text. */
package deepspeech.evaluator.decoding;
