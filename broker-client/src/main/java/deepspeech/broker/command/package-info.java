/** Publishes commands and waits for the trainer's answers. */
package deepspeech.broker.command;
