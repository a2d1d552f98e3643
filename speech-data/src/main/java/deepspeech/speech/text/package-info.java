/** Normalises transcripts before they are encoded as labels. */
package deepspeech.speech.text;
