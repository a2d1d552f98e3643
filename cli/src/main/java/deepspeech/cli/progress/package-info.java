/** Shows the progress of runs as lines of text, reconstructed from the events on Kafka. */
package deepspeech.cli.progress;
