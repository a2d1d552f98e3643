/**
 * Chaos test: injects the faults that a run must survive, and compares the run with an undisturbed
 * one.
 */
package deepspeech.cli.chaos;
