/** Trains runs again and checks whether the weights are the same. */
package deepspeech.cli.reproduction;
