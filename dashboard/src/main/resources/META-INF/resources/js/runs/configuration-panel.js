import {el, fill} from '../dom.js';
import {t} from '../language.js';

/** The arguments of a run, as the manual lists them. */
export class ConfigurationPanel {
  constructor() {
    this.list = el('dl', {class: 'configuration'});
    this.counts = el('p', {class: 'quiet'});
    this.element = el('div', {class: 'card'}, this.counts, this.list);
    this.shown = '';
  }

  /** @param {?} run */
  show(run) {
    const text = JSON.stringify([run['configuration'], run['training_samples']]);
    if (text === this.shown) {
      return;
    }
    this.shown = text;
    fill(this.counts, run['training_samples'] === undefined ? '' : t('configuration.samples', {n: run['training_samples']}));
    fill(this.list, Object.entries(run['configuration'] ?? {}).map(([name, value]) =>
        el('div', {}, el('dt', {}, name), el('dd', {class: value === null ? 'quiet' : null}, valueText(value)))));
  }

  changed() {}

  redraw() {}

  dispose() {}
}

/**
 * Formats a value as the manual writes it.
 *
 * @param {*} value
 * @return {string}
 */
export function valueText(value) {
  if (value === null || value === undefined) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  return String(value);
}
