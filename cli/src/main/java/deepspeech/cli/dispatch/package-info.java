/** Publishes the command line's commands. */
package deepspeech.cli.dispatch;
