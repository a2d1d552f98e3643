/**
 * Disturbs a run in every way that it has to bear, and compares it with one that nobody disturbed.
 */
package deepspeech.cli.chaos;
