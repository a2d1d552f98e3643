import {bytes, duration, errorRate, measured, percent, whole} from '../format.js';

/**
 * A chart of the page. Only noisy metrics are smoothed. Smoothing would show steps and single
 * points in wrong positions.
 *
 * @typedef {{
 *   id: string,
 *   metrics: !Array<string>,
 *   format: function((number|undefined)): string,
 *   always: (boolean|undefined),
 *   logarithmic: (boolean|undefined),
 *   points: (boolean|undefined),
 *   stacked: (boolean|undefined),
 *   noisy: (boolean|undefined),
 * }}
 */
export let ChartDefinition;

/**
 * The charts in display order. The three charts of the manual come first and are always shown. The
 * other charts appear once they have points.
 *
 * @type {!Array<!ChartDefinition>}
 */
export const CHARTS = [
  {id: 'train_loss', metrics: ['train_loss'], format: measured, always: true, logarithmic: true, noisy: true},
  {id: 'learning_rate', metrics: ['learning_rate'], format: measured, always: true, logarithmic: true},
  {id: 'test_cer', metrics: ['test_cer'], format: errorRate, always: true, logarithmic: true, points: true},
  {id: 'test_wer', metrics: ['test_wer'], format: errorRate, logarithmic: true, points: true},
  {id: 'gradient_norm', metrics: ['gradient_norm'], format: measured, logarithmic: true, noisy: true},
  {id: 'samples_per_second', metrics: ['samples_per_second'], format: measured, logarithmic: true, noisy: true},
  {id: 'shares', metrics: ['share_computing', 'share_waiting', 'share_checkpoint'], format: percent, stacked: true, noisy: true},
  {id: 'lag', metrics: ['lag'], format: whole, noisy: true},
  {id: 'checkpoint_bytes', metrics: ['checkpoint_bytes'], format: bytes, logarithmic: true, points: true},
  {id: 'checkpoint_seconds', metrics: ['checkpoint_seconds'], format: duration, logarithmic: true, points: true},
  {id: 'skipped_steps', metrics: ['skipped_steps'], format: whole},
];

/**
 * The charts in which runs can be compared. Stacked charts and charts with a line per topic are
 * omitted, because they do not help with several runs.
 *
 * @type {!Array<!ChartDefinition>}
 */
export const COMPARED_CHARTS = CHARTS.filter((chart) => !chart.stacked && chart.id !== 'lag');

/** The x axes over which curves can be drawn. */
export const AXES = ['step', 'epoch', 'time', 'relative'];

/**
 * Number of lines with a colour of their own. Together with the dash there are eight times as many
 * line styles.
 */
export const COLOURS = 8;
