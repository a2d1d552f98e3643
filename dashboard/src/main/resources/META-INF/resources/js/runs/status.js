import {el} from '../dom.js';
import {NONE, time, whole} from '../format.js';
import {icon} from '../icons.js';
import {t} from '../language.js';

export const STATUSES = ['running', 'accepted', 'stopped', 'finished', 'failed', 'rejected'];

/**
 * The status of a run as an icon, a colour and a word.
 *
 * @param {string|undefined} status
 * @return {!Element}
 */
export function badge(status) {
  return el('span', {class: `badge ${status ?? ''}`}, status && STATUSES.includes(status) ? icon(status) : null, statusText(status));
}

/**
 * @param {string|undefined} status undefined for a run of which only points are known
 * @return {string}
 */
export function statusText(status) {
  return STATUSES.includes(status) ? t(`status.${status}`) : status ?? NONE;
}

/**
 * @param {?} run
 * @return {boolean} whether a trainer is working on the run, or is about to
 */
export function underWay(run) {
  return run['status'] === 'running' || run['status'] === 'accepted';
}

/**
 * @param {?} run
 * @return {boolean} whether the reason that the run shows is one of a failure, and not of an early end
 */
export function isBad(run) {
  return run['status'] !== 'finished';
}

/**
 * @param {?} run
 * @return {boolean} whether the run waits for a trainer
 */
export function waits(run) {
  return underWay(run) && !run['trainer'];
}

/**
 * The places of the waiting runs in the queue, in the order of the trainer (RunQueue): the highest
 * priority first, then the earliest command.
 *
 * @param {!Array<?>} runs all runs
 * @return {!Map<string, number>} places from 1, by run
 */
export function queuePlaces(runs) {
  const waiting = runs.filter(waits);
  const since = (run) => Date.parse(run['queued_at'] ?? run['time']);
  waiting.sort((a, b) => (b['priority'] ?? 0) - (a['priority'] ?? 0) || since(a) - since(b) || (a['run'] < b['run'] ? -1 : 1));
  return new Map(waiting.map((run, index) => [run['run'], index + 1]));
}

/**
 * Where a run is: at a trainer, or at a place in the queue.
 *
 * @param {?} run
 * @param {!Map<string, number>} places of the waiting runs
 * @return {string} empty for a run that has ended
 */
export function assignmentText(run, places) {
  if (run['trainer']) {
    return t('runs.trainer', {trainer: run['trainer'], since: time(run['trainer_since'])});
  }
  const place = places.get(run['run']);
  if (place === undefined) {
    return '';
  }
  const values = {place: whole(place), all: whole(places.size)};
  return run['priority'] ? t('runs.place_priority', {...values, priority: run['priority']}) : t('runs.place', values);
}

/**
 * @param {?} run
 * @return {boolean} whether the run ended before its last epoch, because of its test results
 */
export function endedEarly(run) {
  return run['status'] === 'finished' && Boolean(run['position']) && run['position']['epoch'] < run['num_epoch'];
}

/**
 * The share of a run that is trained.
 *
 * @param {?} run
 * @return {number} 0 to 1
 */
export function progress(run) {
  const position = run['position'];
  const epochs = run['num_epoch'];
  if (!position || !epochs) {
    return 0;
  }
  if (run['status'] === 'finished' && !endedEarly(run)) {
    return 1;
  }
  const inEpoch = position['batches'] > 0 ? position['batch'] / position['batches'] : 0;
  return Math.min(1, (position['epoch'] - 1 + inEpoch) / epochs);
}

/**
 * Creates a progress bar.
 *
 * @param {string} label
 * @return {{element: !Element, show: function(number)}}
 */
export function progressBar(label) {
  const done = el('span', {class: 'progress-done'});
  const element = el('div', {'class': 'progress', 'role': 'progressbar', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': 100}, done);
  return {
    element,
    show(share) {
      done.style.width = `${(share * 100).toFixed(2)}%`;
      element.setAttribute('aria-valuenow', String(Math.floor(share * 100)));
    },
  };
}
