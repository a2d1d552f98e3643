/**
 * The {@code deepspeech} command line: each command reads its options and calls what does the work.
 */
package deepspeech.cli.command;
