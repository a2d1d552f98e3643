import {ApiError, path} from '../api.js';
import {CurvesPanel} from '../charts/curves-panel.js';
import {CHARTS} from '../charts/definitions.js';
import {confirmed} from '../confirmation.js';
import {Context} from '../context.js';
import {el, fill, setText} from '../dom.js';
import {icon} from '../icons.js';
import {t} from '../language.js';
import {Refresher} from '../refresher.js';
import {address} from '../router.js';
import {CheckpointsPanel} from './checkpoints-panel.js';
import {ConfigurationPanel} from './configuration-panel.js';
import {ProgressPanel} from './progress-panel.js';
import {SkippedPanel} from './skipped-panel.js';
import {assignmentText, badge, isBad, queuePlaces, statusText, underWay, waits} from './status.js';
import {TranscriptsPanel} from './transcripts-panel.js';

export const SECTIONS = ['curves', 'checkpoints', 'transcripts', 'skipped', 'configuration'];

/** One run: its status and one section of its data. */
export class RunView {
  /** @type {!HTMLElement} */
  badge;

  /** @type {!HTMLElement} */
  assignment;

  /** @type {!HTMLElement} */
  actions;

  /** @type {!HTMLElement} */
  reason;

  /** @type {!HTMLDetailsElement} */
  warnings;

  /** @type {!HTMLElement} */
  body;

  /** @type {!HTMLElement} */
  missing;

  /** @type {!HTMLElement} */
  sections;

  /** @type {!HTMLElement} */
  element;

  /** @type {string} */
  shownWarnings = '';

  /** @type {!Map<string, number>} places of the waiting runs, if this one waits */
  places = new Map();

  /**
   * @param {!Context} context
   * @param {string} name of the run
   * @param {string} section
   * @param {!URLSearchParams} query
   */
  constructor(context, name, section, query) {
    this.context = context;
    this.name = name;
    this.section = SECTIONS.includes(section) ? section : SECTIONS[0];
    this.title = name;
    this.status = '';
    /** @type {?} */
    this.run = null;
    this.panel = this.panelOf(query);
    this.progress = new ProgressPanel(this.section === SECTIONS[0]);
    this.build();
    this.refresher = new Refresher((signal) => this.load(signal), (e) => this.failed(e));
    this.refresher.refresh();
  }

  /**
   * @param {!URLSearchParams} query
   * @return {{element: !Element, show: function(?), changed: function(), redraw: function(), dispose: function()}}
   */
  panelOf(query) {
    switch (this.section) {
      case 'checkpoints':
        return new CheckpointsPanel(this.context, this.name, () => this.refresher.refresh());
      case 'transcripts':
        return new TranscriptsPanel(this.context, this.name, query.get('checkpoint') ?? '');
      case 'skipped':
        return new SkippedPanel(this.context, path('runs', this.name, 'dead-letters'));
      case 'configuration':
        return new ConfigurationPanel();
      default:
        return this.curves();
    }
  }

  /** @return {{element: !Element, show: function(?), changed: function(), redraw: function(), dispose: function()}} */
  curves() {
    const panel = new CurvesPanel(this.context, CHARTS, false);
    return {
      element: panel.element,
      show: (run) => panel.follow([{run: run['run'], colour: 0}], run['metrics'] ?? []),
      changed: () => panel.changed(),
      redraw: () => panel.redraw(),
      dispose: () => panel.dispose(),
    };
  }

  build() {
    this.badge = el('span', {});
    this.assignment = el('p', {class: 'quiet assignment'});
    this.actions = el('div', {class: 'actions'});
    this.reason = el('p', {hidden: true});
    this.warnings = el('details', {class: 'notice warn', hidden: true});
    this.body = el('div', {hidden: true},
        this.reason,
        this.progress.element,
        this.warnings,
        el('nav', {'class': 'sections', 'aria-label': t('run.sections')},
            this.sections = el('ul', {}, SECTIONS.map((section) => el('li', {},
                el('a', {
                  'href': address(section === SECTIONS[0] ? ['runs', this.name] : ['runs', this.name, section]),
                  'aria-current': section === this.section ? 'page' : null,
                }, t(`run.section.${section}`)))))),
        el('section', {'class': 'section', 'aria-label': t(`run.section.${this.section}`)},
            el('h2', {class: 'unseen'}, t(`run.section.${this.section}`)), this.panel.element));
    this.missing = el('div', {class: 'empty-state', hidden: true},
        el('p', {}, t('run.unknown', {run: this.name})), el('a', {class: 'button', href: '#/'}, t('runs.title')));
    this.element = el('div', {class: 'view'},
        el('div', {class: 'view-header'},
            el('div', {class: 'heading'},
                el('p', {class: 'breadcrumb'}, el('a', {href: '#/'}, t('runs.title'))),
                el('h1', {}, this.name, ' ', this.badge),
                this.assignment),
            this.actions),
        this.missing,
        this.body);
  }

  /**
   * @param {!AbortSignal} signal
   * @return {!Promise<void>}
   */
  async load(signal) {
    this.run = await this.context.api.get(path('runs', this.name), signal);
    this.places = waits(this.run)
        ? queuePlaces((await this.context.api.get('/api/runs', signal))['runs'])
        : new Map();
    this.show();
  }

  show() {
    const run = this.run;
    if (this.body.hidden) {
      this.body.hidden = false;
      // On a phone not all sections are visible, so the current one is scrolled into view.
      const current = this.sections.querySelector('[aria-current]');
      this.sections.scrollLeft = current.offsetLeft - this.sections.clientWidth / 2;
    }
    this.missing.hidden = true;
    if (this.status !== run['status']) {
      if (this.status !== '') {
        this.context.announcer.say(t('runs.now', {run: this.name, status: statusText(run['status'])}));
      }
      this.status = run['status'];
      fill(this.badge, badge(run['status']));
      this.showActions();
    }
    setText(this.assignment, assignmentText(run, this.places));
    setText(this.reason, run['reason'] ?? '');
    this.reason.className = isBad(run) ? 'notice bad' : 'notice';
    this.reason.hidden = !run['reason'];
    this.showWarnings(run['warnings'] ?? []);
    this.progress.show(run);
    this.panel.show(run);
  }

  showActions() {
    const resumable = this.run['last_checkpoint'] !== undefined;
    fill(this.actions,
        underWay(this.run) ? el('button', {type: 'button', class: 'button', onclick: () => this.stop()}, icon('stopped'), t('action.stop')) : null,
        !underWay(this.run) && resumable
            ? el('a', {class: 'button primary', href: address(['new'], {resume: this.name})}, icon('running'), t('action.resume'))
            : null,
        resumable ? el('a', {class: 'button', href: address(['new'], {from: `${this.name}/best`})}, t('action.fine_tune')) : null,
        el('a', {class: 'button', href: address(['compare'], {runs: this.name})}, t('action.compare')));
  }

  /** @param {!Array<string>} warnings */
  showWarnings(warnings) {
    this.warnings.hidden = warnings.length === 0;
    const text = warnings.join('\n');
    if (text !== this.shownWarnings) {
      this.shownWarnings = text;
      fill(this.warnings,
          el('summary', {}, icon('warning'), t('run.warnings', {n: warnings.length})),
          el('ul', {}, warnings.map((warning) => el('li', {}, warning))));
      this.warnings.open = warnings.length <= 3;
    }
  }

  async stop() {
    const sure = await confirmed({
      title: t('stop.title', {run: this.name}),
      text: t('stop.text'),
      action: t('action.stop'),
    });
    if (!sure) {
      return;
    }
    try {
      await this.context.api.post('/api/commands', {'command': 'stop', 'run': this.name});
      this.context.announcer.say(t('stop.sent', {run: this.name}));
      this.refresher.refresh();
    } catch (e) {
      this.context.failed(e);
    }
  }

  /** @param {*} e */
  failed(e) {
    if (e instanceof ApiError && e.status === 404) {
      this.missing.hidden = false;
      this.body.hidden = true;
    } else {
      this.context.failed(e);
    }
  }

  /** @param {?string} run */
  changed(run) {
    if (run === null || run === this.name) {
      this.refresher.changed();
      this.panel.changed();
    }
  }

  redraw() {
    this.panel.redraw();
  }

  dispose() {
    this.refresher.dispose();
    this.panel.dispose();
  }
}
