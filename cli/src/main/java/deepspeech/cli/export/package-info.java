/** The curves of a run as files for other programs. */
package deepspeech.cli.export;
