/** Decodes log probabilities to text. */
package deepspeech.evaluator.decoding;
