import {bytes, duration, errorRate, measured, percent, whole} from '../format.js';

/**
 * A chart of the page. Smoothing is for what is noisy: steps and single points would only be shown where they are not.
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
 * Charts in their order: first the three of the manual, which are there from the beginning, the others once there are points.
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
 * The charts in which runs can be compared: a stack or several topics of several runs would be no help.
 *
 * @type {!Array<!ChartDefinition>}
 */
export const COMPARED_CHARTS = CHARTS.filter((chart) => !chart.stacked && chart.id !== 'lag');

/** What the curves can be drawn over. */
export const AXES = ['step', 'epoch', 'time', 'relative'];

/** So many lines have a colour of their own; with the dash it is eight times as many. */
export const COLOURS = 8;
