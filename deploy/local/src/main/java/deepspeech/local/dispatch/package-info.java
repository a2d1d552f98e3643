/** Publishes the command line's commands. */
package deepspeech.local.dispatch;
