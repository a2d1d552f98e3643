/**
 * The {@code deepspeech} command line. Each command reads its options and calls the classes that do
 * the work.
 */
package deepspeech.cli.command;
