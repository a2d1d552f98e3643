/** How runs go, as lines for a person, reconstructed from the events on Kafka. */
package deepspeech.cli.progress;
