/**
 * The curves of runs: metric points in columns of primitive values, as they stand after every going
 * back, along several axes, smoothed, and thinned to what a chart can show.
 */
package deepspeech.curves;
