import {Context} from '../context.js';
import {el, fill, setText} from '../dom.js';
import {time, whole} from '../format.js';
import {language, t} from '../language.js';
import {Refresher} from '../refresher.js';

const PAGE = 25;
const COLUMNS = ['subject', 'split', 'utterance', 'reason', 'detail', 'time'];

/** Dead letters by reason, one page at a time. */
export class SkippedPanel {
  /**
   * @param {!Context} context
   * @param {string} source API path of the letters
   */
  constructor(context, source) {
    this.context = context;
    this.source = source;
    this.reason = '';
    this.offset = 0;
    this.shown = '';
    this.filters = el('div', {'class': 'chips', 'role': 'group', 'aria-label': t('skipped.reasons')});
    this.body = el('tbody', {role: 'rowgroup'});
    this.table = el('table', {'class': 'letters', 'role': 'table', 'aria-label': t('skipped.title')},
        el('thead', {role: 'rowgroup'}, el('tr', {role: 'row'}, COLUMNS.map((column) =>
            el('th', {scope: 'col', role: 'columnheader', class: `column-${column}`}, t(`skipped.${column}`))))),
        this.body);
    this.empty = el('p', {class: 'empty-state'}, t('skipped.none'));
    this.range = el('p', {class: 'quiet', role: 'status'});
    this.back = el('button', {type: 'button', class: 'small', onclick: () => this.turn(-PAGE)}, t('skipped.back'));
    this.on = el('button', {type: 'button', class: 'small', onclick: () => this.turn(PAGE)}, t('skipped.on'));
    this.paging = el('nav', {'class': 'paging', 'aria-label': t('skipped.paging')}, this.back, this.range, this.on);
    this.element = el('div', {}, this.filters, this.table, this.empty, this.paging);
    this.refresher = new Refresher((signal) => this.load(signal), (e) => context.failed(e));
    this.refresher.refresh();
  }

  /** @param {number} by number of letters */
  turn(by) {
    this.offset = Math.max(0, this.offset + by);
    this.refresher.refresh();
  }

  /** @param {string} reason empty for all */
  filter(reason) {
    this.reason = reason;
    this.offset = 0;
    this.refresher.refresh();
  }

  /**
   * @param {!AbortSignal} signal
   * @return {!Promise<void>}
   */
  async load(signal) {
    const query = new URLSearchParams({offset: String(this.offset), limit: String(PAGE)});
    if (this.reason !== '') {
      query.set('reason', this.reason);
    }
    const answer = await this.context.api.get(`${this.source}?${query}`, signal);
    const text = JSON.stringify([answer, this.reason, this.offset]);
    if (text !== this.shown) {
      this.shown = text;
      this.showAnswer(answer);
    }
  }

  /** @param {?} answer */
  showAnswer(answer) {
    const reasons = answer['reasons'];
    const letters = answer['letters'];
    const all = Object.values(reasons).reduce((sum, n) => sum + n, 0);
    // If there are more letters than the service retains, only the newest ones can be shown.
    const total = answer['kept'] ?? (this.reason === '' ? all : reasons[this.reason] ?? 0);
    this.showFilters(reasons, all);
    fill(this.body, letters.map((letter) => this.row(letter)));
    this.table.hidden = letters.length === 0;
    this.empty.hidden = letters.length > 0;
    this.paging.hidden = total <= PAGE;
    this.back.disabled = this.offset === 0;
    this.on.disabled = this.offset + PAGE >= total;
    setText(this.range, t('skipped.range', {
      from: whole(Math.min(this.offset + 1, total)), to: whole(Math.min(this.offset + PAGE, total)), total: whole(total)}));
  }

  /**
   * @param {!Object<string, number>} reasons
   * @param {number} all
   */
  showFilters(reasons, all) {
    const focused = document.activeElement?.getAttribute('data-reason');
    const chip = (reason, text, n) => el('button', {
      'type': 'button', 'class': 'chip', 'data-reason': reason, 'aria-pressed': String(this.reason === reason),
      'onclick': () => this.filter(reason),
    }, text, ' ', el('span', {class: 'number quiet'}, whole(n)));
    const names = Object.keys(reasons).sort((a, b) => reasons[b] - reasons[a] || a.localeCompare(b));
    fill(this.filters, all === 0 ? null : [chip('', t('skipped.all'), all), names.map((name) => chip(name, reasonText(name), reasons[name]))]);
    if (focused !== null && focused !== undefined) {
      this.filters.querySelector(`[data-reason="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  /**
   * @param {?} letter
   * @return {!Element}
   */
  row(letter) {
    const cell = (column, text, style = '') => el('td', {role: 'cell', class: `column-${column}`},
        el('span', {'class': 'cell-label', 'aria-hidden': 'true'}, t(`skipped.${column}`)), el('span', {class: `cell ${style}`}, text));
    return el('tr', {role: 'row'},
        cell('subject', letter['subject'] ?? '', 'path'),
        cell('split', letter['split'] ?? ''),
        cell('utterance', letter['utterance'] === undefined ? '' : whole(letter['utterance']), 'number'),
        cell('reason', reasonText(letter['reason'])),
        cell('detail', letter['detail'] ?? '', 'detail'),
        cell('time', time(letter['time']), 'number'));
  }

  show() {}

  changed() {
    this.refresher.changed();
  }

  redraw() {}

  dispose() {
    this.refresher.dispose();
  }
}

/**
 * @param {string} reason code of a dead letter
 * @return {string}
 */
export function reasonText(reason) {
  return language().textOr(`reason.${reason}`, reason);
}
