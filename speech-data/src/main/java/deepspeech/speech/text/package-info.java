/** What becomes of texts before they are labels. */
package deepspeech.speech.text;
