/** Exports the curves of runs to files for other programs. */
package deepspeech.cli.export;
