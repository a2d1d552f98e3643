import {Context} from '../context.js';
import {el, fill, KeyedChildren, setText, uniqueId} from '../dom.js';
import {done, duration, errorRate, measured, NONE, time, whole} from '../format.js';
import {icon} from '../icons.js';
import {t} from '../language.js';
import {Refresher} from '../refresher.js';
import {address} from '../router.js';
import {assignmentText, badge, endedEarly, isBad, progress, progressBar, queuePlaces, STATUSES, statusText, underWay} from './status.js';

const COLUMNS = ['run', 'status', 'progress', 'eta', 'train_loss', 'best_cer', 'time'];
const MOST_COMPARED = 12;

/** All runs with their status, with a filter and a selection of the runs to compare. */
export class RunsView {
  /** @type {!HTMLElement} */
  count;

  /** @type {!HTMLElement} */
  compare;

  /** @type {!HTMLElement} */
  body;

  /** @type {!KeyedChildren} */
  rows;

  /** @type {!HTMLElement} */
  table;

  /** @type {!HTMLElement} */
  empty;

  /** @type {!HTMLElement} */
  element;

  /** @param {!Context} context */
  constructor(context) {
    this.context = context;
    this.title = t('runs.title');
    /** @type {!Array<?>} */
    this.runs = [];
    /** @type {!Map<string, number>} */
    this.places = new Map();
    /** @type {!Set<string>} */
    this.selected = new Set();
    this.filter = '';
    this.status = '';
    this.refresher = new Refresher((signal) => this.load(signal), (e) => context.failed(e));
    this.build();
    this.refresher.refresh();
  }

  build() {
    const filter = uniqueId('filter');
    const status = uniqueId('status');
    this.count = el('p', {class: 'quiet count'});
    this.compare = el('a', {class: 'button', role: 'link'}, t('runs.compare'));
    this.body = el('tbody', {role: 'rowgroup'});
    this.rows = new KeyedChildren(this.body, (run) => run['run'], (run) => this.row(run));
    this.table = el('table', {'class': 'runs', 'role': 'table', 'aria-label': t('runs.title')},
        el('thead', {role: 'rowgroup'}, el('tr', {role: 'row'},
            el('th', {scope: 'col', role: 'columnheader', class: 'choice'}, el('span', {class: 'unseen'}, t('runs.column.compare'))),
            COLUMNS.map((name) =>
                el('th', {scope: 'col', role: 'columnheader', class: `column-${name}`}, t(`runs.column.${name}`))))),
        this.body);
    this.empty = el('div', {class: 'empty-state', hidden: true});
    this.element = el('div', {class: 'view'},
        el('div', {class: 'view-header'},
            el('h1', {}, t('runs.title')),
            el('a', {class: 'button primary', href: '#/new'}, icon('plus'), t('runs.new'))),
        el('div', {'class': 'toolbar', 'role': 'search', 'aria-label': t('runs.search')},
            el('div', {class: 'tool grow'},
                el('label', {for: filter, class: 'unseen'}, t('runs.filter')),
                el('input', {
                  id: filter, type: 'search', placeholder: t('runs.filter'), autocomplete: 'off',
                  oninput: (event) => {
                    this.filter = event.target.value.trim().toLowerCase();
                    this.show();
                  },
                })),
            el('div', {class: 'tool'},
                el('label', {for: status}, t('runs.column.status')),
                el('select', {
                  id: status,
                  onchange: (event) => {
                    this.status = event.target.value;
                    this.show();
                  },
                }, el('option', {value: ''}, t('runs.any')), STATUSES.map((name) => el('option', {value: name}, statusText(name))))),
            this.count,
            this.compare),
        this.table,
        this.empty,
        el('p', {class: 'footnote'}, el('a', {href: '#/dead-letters'}, t('runs.dead_letters'))));
    this.showCompare();
  }

  /**
   * @param {!AbortSignal} signal
   * @return {!Promise<void>}
   */
  async load(signal) {
    const before = new Map(this.runs.map((run) => [run['run'], run['status']]));
    this.runs = (await this.context.api.get('/api/runs', signal))['runs'];
    this.places = queuePlaces(this.runs);
    this.runs
        .filter((run) => before.has(run['run']) && before.get(run['run']) !== run['status'])
        .forEach((run) => this.context.announcer.say(t('runs.now', {run: run['run'], status: statusText(run['status'])})));
    this.show();
  }

  show() {
    const shown = this.runs.filter((run) =>
        run['run'].includes(this.filter) && (this.status === '' || run['status'] === this.status));
    this.rows.show(shown);
    this.table.hidden = shown.length === 0;
    this.empty.hidden = shown.length > 0;
    if (shown.length === 0) {
      fill(this.empty, this.runs.length === 0
          ? [el('p', {}, t('runs.none')), el('a', {class: 'button primary', href: '#/new'}, t('runs.first'))]
          : el('p', {}, t('runs.no_match')));
    }
    setText(this.count, shown.length === this.runs.length
        ? t('runs.count', {n: whole(shown.length)})
        : t('runs.count_of', {n: whole(shown.length), all: whole(this.runs.length)}));
  }

  showCompare() {
    const n = this.selected.size;
    setText(this.compare, n === 0 ? t('runs.compare') : t('runs.compare_n', {n}));
    if (n === 0) {
      this.compare.removeAttribute('href');
      this.compare.setAttribute('aria-disabled', 'true');
    } else {
      this.compare.setAttribute('href', address(['compare'], {runs: [...this.selected].join(',')}));
      this.compare.removeAttribute('aria-disabled');
    }
  }

  /**
   * @param {string} name
   * @param {boolean} chosen
   */
  select(name, chosen) {
    if (chosen) {
      this.selected.add(name);
    } else {
      this.selected.delete(name);
    }
    const full = this.selected.size >= MOST_COMPARED;
    for (const box of this.body.querySelectorAll('input[type=checkbox]')) {
      const input = /** @type {!HTMLInputElement} */ (box);
      input.disabled = full && !input.checked;
    }
    this.showCompare();
  }

  /**
   * @param {?} run
   * @return {{element: !Element, update: function(?)}}
   */
  row(run) {
    const name = run['run'];
    const bar = progressBar(t('progress.of', {run: name}));
    const at = el('span', {class: 'number'});
    const status = el('span', {class: 'status-cell'});
    const assignment = el('span', {class: 'quiet assignment'});
    const reason = el('span', {class: 'reason'});
    const cells = Object.fromEntries(['eta', 'train_loss', 'best_cer', 'time'].map((column) => [column, el('span', {class: 'number'})]));
    const best = el('span', {class: 'quiet'});
    let shownStatus = '';
    const cell = (column, ...content) => el('td', {role: 'cell', class: `column-${column}`},
        el('span', {'class': 'cell-label', 'aria-hidden': 'true'}, t(`runs.column.${column}`)), el('span', {class: 'cell'}, content));
    const element = el('tr', {'role': 'row', 'data-run': name},
        el('td', {role: 'cell', class: 'choice'},
            el('input', {
              'type': 'checkbox',
              'checked': this.selected.has(name),
              'aria-label': t('runs.select', {run: name}),
              'onchange': (event) => this.select(name, event.target.checked),
            })),
        el('th', {scope: 'row', role: 'rowheader', class: 'column-run'}, el('a', {href: address(['runs', name])}, name), reason),
        cell('status', status, assignment),
        cell('progress', bar.element, at),
        cell('eta', cells['eta']),
        cell('train_loss', cells['train_loss']),
        cell('best_cer', cells['best_cer'], best),
        cell('time', cells['time']));
    return {
      element,
      update: (now) => {
        const latest = now['latest'] ?? {};
        if (shownStatus !== now['status']) {
          shownStatus = now['status'];
          fill(status, badge(shownStatus));
        }
        setText(assignment, assignmentText(now, this.places));
        setText(reason, now['reason'] ?? '');
        reason.className = isBad(now) ? 'reason bad' : 'reason';
        bar.show(progress(now));
        setText(at, positionText(now));
        setText(cells['eta'], underWay(now) ? duration(latest['eta_seconds']) : NONE);
        setText(cells['train_loss'], measured(latest['train_loss']));
        setText(cells['best_cer'], errorRate(now['best']?.['cer']));
        setText(best, now['best']?.['checkpoint'] ?? '');
        setText(cells['time'], time(now['time']));
      },
    };
  }

  changed() {
    this.refresher.changed();
  }

  redraw() {}

  dispose() {
    this.refresher.dispose();
  }
}

/**
 * @param {?} run
 * @return {string}
 */
function positionText(run) {
  const position = run['position'];
  if (!position) {
    return NONE;
  }
  if (endedEarly(run)) {
    return t('runs.early', {epoch: position['epoch'], epochs: run['num_epoch']});
  }
  return run['num_epoch']
      ? t('runs.position', {epoch: position['epoch'], epochs: run['num_epoch'], percent: done(progress(run))})
      : t('runs.epoch', {epoch: position['epoch']});
}
