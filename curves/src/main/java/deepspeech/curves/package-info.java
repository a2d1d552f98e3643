/**
 * The curves of runs. Metric points are stored in columns of primitive values, without the points
 * that a resume has made obsolete. Curves can be placed along several axes, smoothed, and reduced
 * to the points that a chart can show.
 */
package deepspeech.curves;
