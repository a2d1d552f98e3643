/** The demo corpus: synthetic speech that a small model learns within minutes. */
package deepspeech.cli.corpus;
