/** The {@code deepspeech} command line and the local deployment that it can hold. */
package deepspeech.cli;
