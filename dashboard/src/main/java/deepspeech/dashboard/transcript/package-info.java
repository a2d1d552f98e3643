/** Transcripts beside their references. */
package deepspeech.dashboard.transcript;
