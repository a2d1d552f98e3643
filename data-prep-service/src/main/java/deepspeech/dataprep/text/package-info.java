/** What becomes of texts before they are labels. */
package deepspeech.dataprep.text;
