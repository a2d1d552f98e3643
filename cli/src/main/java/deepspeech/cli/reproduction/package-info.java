/** Runs that are trained again, and whether they come out the same. */
package deepspeech.cli.reproduction;
