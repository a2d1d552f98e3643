import {clock, measured} from '../format.js';
import {language, t} from '../language.js';

const DAY = 86400;
const CLOCK_INCREMENTS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, DAY, 2 * DAY, 7 * DAY];

/**
 * Formats a position on an x axis.
 *
 * @param {string} axis
 * @param {number} x
 * @return {string}
 */
export function place(axis, x) {
  switch (axis) {
    case 'time':
      return moment(x, true);
    case 'relative':
      return clock(x);
    case 'epoch':
      return t('axis.at.epoch', {x: x.toFixed(2)});
    default:
      return t('axis.at.step', {x: Math.round(x)});
  }
}

/**
 * @param {number} seconds since 1970
 * @param {boolean} whole with day and seconds
 * @return {string}
 */
function moment(seconds, whole) {
  const format = whole
      ? {month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'}
      : {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'};
  return new Intl.DateTimeFormat(language().locale, /** @type {?} */ (format))
      .format(new Date(seconds * 1000));
}

/**
 * The labels of an x axis.
 *
 * @param {string} axis
 * @param {!Array<number>} places
 * @param {number} increment from one to the next
 * @return {!Array<string>}
 */
export function labels(axis, places, increment) {
  switch (axis) {
    case 'time':
      return places.map((x) => (increment >= DAY ? day(x) : moment(x, increment < 60)));
    case 'relative':
      return places.map(clock);
    default:
      return places.map((x) => (Number.isInteger(x) ? String(x) : measured(x)));
  }
}

/**
 * @param {number} seconds since 1970
 * @return {string}
 */
function day(seconds) {
  return new Intl.DateTimeFormat(language().locale, {month: 'short', day: 'numeric'}).format(new Date(seconds * 1000));
}

/**
 * The allowed increments between the labels of an axis; null for the defaults of the library.
 *
 * @param {string} axis
 * @return {?Array<number>}
 */
export function increments(axis) {
  if (axis === 'relative') {
    return CLOCK_INCREMENTS;
  }
  return axis === 'step' ? [1, 2, 5].flatMap((n) => [...Array(10).keys()].map((e) => n * 10 ** e)).sort((a, b) => a - b) : null;
}
