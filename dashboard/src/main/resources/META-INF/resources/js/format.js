import {language, t} from './language.js';

/** Placeholder for an unknown value. */
export const NONE = '–';

/**
 * @param {number|undefined} value
 * @param {!Object} options
 * @return {string}
 */
function formatted(value, options) {
  return value === undefined || value === null ? NONE : new Intl.NumberFormat(language().locale, options).format(value);
}

/**
 * Formats a whole number.
 *
 * @param {number|undefined} value
 * @return {string}
 */
export function whole(value) {
  return formatted(value, {maximumFractionDigits: 0});
}

/**
 * Formats a measured value with four significant digits; very small and very large values have an
 * exponent.
 *
 * @param {number|undefined} value
 * @return {string}
 */
export function measured(value) {
  if (value === undefined || value === null) {
    return NONE;
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e7)) {
    return value.toExponential(size < 0.001 ? 2 : 3).replace('e+', 'e');
  }
  return formatted(value, {maximumSignificantDigits: 4});
}

/**
 * Formats an error rate with four decimal places, as the trainer's log lines do.
 *
 * @param {number|undefined} value
 * @return {string}
 */
export function errorRate(value) {
  return formatted(value, {minimumFractionDigits: 4, maximumFractionDigits: 4});
}

/**
 * Formats a share from 0 to 1 in per cent.
 *
 * @param {number|undefined} value
 * @return {string}
 */
export function percent(value) {
  return formatted(value, {style: 'percent', maximumFractionDigits: value !== undefined && value < 0.1 ? 1 : 0});
}

/**
 * Formats progress in per cent, rounded down: only completed work shows 100 %.
 *
 * @param {number} share 0 to 1
 * @return {string}
 */
export function done(share) {
  return formatted(Math.floor(share * 100) / 100, {style: 'percent'});
}

/**
 * @param {number|undefined} value
 * @return {string}
 */
export function bytes(value) {
  if (value === undefined || value === null) {
    return NONE;
  }
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let scaled = value;
  let unit = 0;
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${formatted(scaled, {maximumSignificantDigits: 3})} ${units[unit]}`;
}

/**
 * Formats a duration in its two largest units.
 *
 * @param {number|undefined} seconds
 * @return {string}
 */
export function duration(seconds) {
  if (seconds === undefined || seconds === null) {
    return NONE;
  }
  if (seconds < 10) {
    return t('duration.seconds', {s: formatted(seconds, {maximumFractionDigits: 1})});
  }
  const total = Math.round(seconds);
  const parts = {d: Math.floor(total / 86400), h: Math.floor(total / 3600) % 24, m: Math.floor(total / 60) % 60, s: total % 60};
  if (parts.d > 0) {
    return t('duration.days', parts);
  }
  if (parts.h > 0) {
    return t('duration.hours', parts);
  }
  return parts.m > 0 ? t('duration.minutes', parts) : t('duration.seconds', parts);
}

/**
 * Formats a duration as a clock shows it, for axes: 1:02:03.
 *
 * @param {number} seconds
 * @return {string}
 */
export function clock(seconds) {
  const total = Math.round(seconds);
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

/**
 * Formats a point in time in the user's time zone.
 *
 * @param {string|number|undefined} time ISO 8601, or seconds since 1970
 * @return {string}
 */
export function time(time) {
  if (time === undefined || time === null) {
    return NONE;
  }
  const date = new Date(typeof time === 'number' ? time * 1000 : time);
  const format = {month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'};
  return new Intl.DateTimeFormat(language().locale, /** @type {?} */ (format)).format(date);
}
