/** Alignment of transcripts with their references. */
package deepspeech.dashboard.transcript;
