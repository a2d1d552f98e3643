/** Publishes commands and waits for what the trainer makes of them. */
package deepspeech.broker.command;
