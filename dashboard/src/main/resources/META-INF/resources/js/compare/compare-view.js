import {ApiError, path} from '../api.js';
import {swatch} from '../charts/chart-reading.js';
import {CurvesPanel, lineStyle} from '../charts/curves-panel.js';
import {COMPARED_CHARTS} from '../charts/definitions.js';
import {Context} from '../context.js';
import {el, fill, uniqueId} from '../dom.js';
import {errorRate} from '../format.js';
import {t} from '../language.js';
import {Refresher} from '../refresher.js';
import {address} from '../router.js';
import {valueText} from '../runs/configuration-panel.js';
import {badge} from '../runs/status.js';

/**
 * Shows several runs in the same charts, each in its own colour, and the differences between their
 * configurations.
 */
export class CompareView {
  /** @type {string} */
  shownChoice = '';

  /**
   * @param {!Context} context
   * @param {!Array<string>} names of the runs
   */
  constructor(context, names) {
    this.context = context;
    this.names = [...new Set(names)];
    this.title = t('compare.title');
    /** @type {!Map<string, ?>} */
    this.details = new Map();
    /** @type {!Set<string>} */
    this.hidden = new Set();
    this.shownLegend = '';
    this.curves = new CurvesPanel(context, COMPARED_CHARTS, true);
    this.refresher = new Refresher((signal) => this.load(signal), (e) => context.failed(e));
    const add = uniqueId('add');
    this.add = el('select', {id: add, onchange: (event) => this.addRun(event.target.value)});
    this.legend = el('div', {'class': 'chips', 'role': 'group', 'aria-label': t('compare.runs')});
    this.differences = el('section', {'class': 'card', 'aria-label': t('compare.differences')});
    this.empty = el('p', {class: 'empty-state'}, t('compare.none'));
    this.element = el('div', {class: 'view'},
        el('div', {class: 'view-header'}, el('h1', {}, t('compare.title')),
            el('div', {class: 'tool'}, el('label', {for: add}, t('compare.add')), this.add)),
        this.legend,
        this.empty,
        el('h2', {class: 'unseen'}, t('run.section.curves')),
        this.curves.element,
        this.differences);
    this.refresher.refresh();
  }

  /**
   * @param {!AbortSignal} signal
   * @return {!Promise<void>}
   */
  async load(signal) {
    const all = (await this.context.api.get('/api/runs', signal))['runs'].map((run) => run['run']);
    const details = await Promise.all(this.names.map((name) => this.detailsOf(name, signal)));
    this.details = new Map(details.filter((run) => run !== null).map((run) => [run['run'], run]));
    this.showChoice(all.filter((name) => !this.names.includes(name)));
    this.show();
  }

  /**
   * @param {string} name
   * @param {!AbortSignal} signal
   * @return {!Promise<?>} null for an unknown run
   */
  async detailsOf(name, signal) {
    try {
      return await this.context.api.get(path('runs', name), signal);
    } catch (e) {
      if (e instanceof ApiError && e.status === 404) {
        return null;
      }
      throw e;
    }
  }

  /** @param {!Array<string>} others */
  showChoice(others) {
    const text = others.join();
    if (text !== this.shownChoice || this.add.childElementCount === 0) {
      this.shownChoice = text;
      fill(this.add, el('option', {value: ''}, t('compare.choose')), others.map((name) => el('option', {value: name}, name)));
    }
  }

  show() {
    const runs = this.names.filter((name) => this.details.has(name));
    const visible = runs.filter((name) => !this.hidden.has(name)).map((run) => ({run, colour: this.names.indexOf(run)}));
    this.empty.hidden = runs.length > 0;
    this.curves.element.hidden = runs.length === 0;
    this.showLegend(runs);
    this.showDifferences(runs);
    this.curves.follow(visible, runs.flatMap((name) => this.details.get(name)['metrics'] ?? []));
    this.curves.changed();
  }

  /** @param {!Array<string>} runs */
  showLegend(runs) {
    const text = JSON.stringify(runs.map((name) => {
      const run = this.details.get(name);
      return [name, run['status'], run['best'], this.hidden.has(name)];
    }));
    if (text === this.shownLegend) {
      return;
    }
    this.shownLegend = text;
    const focused = document.activeElement?.getAttribute('data-switch');
    fill(this.legend, runs.map((name) => this.chip(name)));
    if (focused) {
      this.legend.querySelector(`[data-switch="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  /**
   * @param {string} name
   * @return {!Element}
   */
  chip(name) {
    const run = this.details.get(name);
    return el('span', {class: 'chip-group'},
        el('button', {
          'type': 'button', 'class': 'chip', 'data-switch': name, 'aria-pressed': String(!this.hidden.has(name)),
          'onclick': () => this.toggle(name),
        }, swatch(lineStyle(this.names.indexOf(name))), name, ' ', el('span', {class: 'number quiet'}, errorRate(run['best']?.['cer']))),
        badge(run['status']),
        el('a', {class: 'small', href: address(['runs', name])}, t('compare.open'), el('span', {class: 'unseen'}, ` ${name}`)),
        el('a', {class: 'small', href: this.addressOf(this.names.filter((other) => other !== name))},
            t('compare.remove'), el('span', {class: 'unseen'}, ` ${name}`)));
  }

  /** @param {string} name */
  toggle(name) {
    if (!this.hidden.delete(name)) {
      this.hidden.add(name);
    }
    this.show();
  }

  /** @param {string} name */
  addRun(name) {
    if (name !== '') {
      location.hash = this.addressOf([...this.names, name]);
    }
  }

  /**
   * @param {!Array<string>} names
   * @return {string}
   */
  addressOf(names) {
    return address(['compare'], {runs: names.join(',')});
  }

  /** @param {!Array<string>} runs */
  showDifferences(runs) {
    const configurations = runs.map((name) => this.details.get(name)['configuration'] ?? {});
    const names = [...new Set(configurations.flatMap((configuration) => Object.keys(configuration)))].sort();
    const different = names.filter((name) => new Set(configurations.map((c) => valueText(c[name]))).size > 1);
    this.differences.hidden = runs.length < 2;
    fill(this.differences, el('h2', {}, t('compare.differences')),
        different.length === 0 ? el('p', {class: 'quiet'}, t('compare.same')) : el('div',
            {'class': 'scroll', 'tabindex': '0', 'role': 'group', 'aria-label': t('compare.differences')},
            el('table', {class: 'differences'},
                el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, t('compare.argument')),
                    runs.map((name) => el('th', {scope: 'col'}, name)))),
                el('tbody', {}, different.map((name) => el('tr', {}, el('th', {scope: 'row'}, name),
                    configurations.map((c) => el('td', {}, valueText(c[name])))))))));
  }

  /** @param {?string} run */
  changed(run) {
    if (run === null || this.names.includes(run)) {
      this.refresher.changed();
    }
  }

  redraw() {
    this.shownLegend = '';
    this.curves.redraw();
  }

  dispose() {
    this.refresher.dispose();
    this.curves.dispose();
  }
}
