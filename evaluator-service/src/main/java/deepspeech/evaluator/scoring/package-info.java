/** Error rates of recognised texts. */
package deepspeech.evaluator.scoring;
