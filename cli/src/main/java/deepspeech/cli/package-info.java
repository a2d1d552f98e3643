/** The {@code deepspeech} command line and the local deployment that it can run. */
package deepspeech.cli;
