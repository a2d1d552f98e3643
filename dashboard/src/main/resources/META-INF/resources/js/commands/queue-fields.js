import {el} from '../dom.js';
import {t} from '../language.js';

/**
 * The inputs that place a run in the queue, by the name of the field.
 *
 * @return {!Object<string, !Element>}
 */
export function queueInputs() {
  return {
    'priority': el('input', {type: 'number', min: '-1000', max: '1000', step: '1', value: '0'}),
    'preempt': el('select', {},
        el('option', {value: ''}, t('form.preempt.no')), el('option', {value: 'true'}, t('form.preempt.yes'))),
  };
}

/**
 * The part of a command that places the run in the queue.
 *
 * @param {string} priority as given
 * @param {string} preempt as given
 * @return {!Object} without what is usual
 */
export function queuePlace(priority, preempt) {
  return {
    ...(Number(priority) === 0 ? {} : {'priority': Number(priority)}),
    ...(preempt === '' ? {} : {'preempt': true}),
  };
}
