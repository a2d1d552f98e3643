import {path} from '../api.js';
import {Context} from '../context.js';
import {el, fill, uniqueId} from '../dom.js';
import {t} from '../language.js';
import {Refresher} from '../refresher.js';
import {Chart} from './chart.js';
import {AXES, ChartDefinition, COLOURS} from './definitions.js';
import {Line} from './line.js';

const WIDEST_SMOOTHING = 0.99;

/**
 * Charts over a common axis, with settings that apply to all of them: axis, smoothing, scale and
 * range. Only visible charts are loaded. The service sends no more points than a chart has pixels.
 */
export class CurvesPanel {
  /** @type {!HTMLButtonElement} */
  resetButton;

  /**
   * @param {!Context} context
   * @param {!Array<!ChartDefinition>} definitions
   * @param {boolean} comparing whether a line is a run, rather than a metric of a single run
   */
  constructor(context, definitions, comparing) {
    this.context = context;
    this.definitions = definitions;
    this.comparing = comparing;
    /** @type {!Array<{run: string, colour: number}>} */
    this.runs = [];
    /** @type {!Set<string>} */
    this.metrics = new Set();
    /** @type {!Map<string, !Object>} */
    this.answers = new Map();
    /** @type {?{from: number, to: number}} */
    this.zoomed = null;
    this.axis = this.chosen('axis', 'step');
    this.smoothing = Number(this.chosen('smoothing', '0.6'));
    this.logarithmic = this.chosen('logarithmic', 'false') === 'true';
    this.refresher = new Refresher((signal) => this.load(signal), (e) => context.failed(e));
    this.visible = new IntersectionObserver((entries) => this.seen(entries), {rootMargin: '200px'});
    /** @type {!Map<!Element, !Chart>} */
    this.inSight = new Map();
    const group = uniqueId('curves');
    const listener = {
      zoom: (from, to) => this.zoom({from, to}),
      reset: () => this.zoom(null),
      halve: () => this.halve(),
      say: (text) => context.announcer.say(text),
    };
    this.charts = definitions.map((definition) => new Chart(definition, group, listener));
    this.grid = el('div', {class: 'charts'}, this.charts.map((chart) => chart.element));
    this.charts.forEach((chart) => {
      chart.element.hidden = !chart.definition.always;
      this.visible.observe(chart.element);
    });
    this.element = el('div', {class: 'curves'}, this.toolbar(), this.grid);
  }

  /**
   * @param {string} name
   * @param {string} otherwise
   * @return {string}
   */
  chosen(name, otherwise) {
    return this.context.preferences.get(`curves.${name}`, otherwise);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  choose(name, value) {
    this.context.preferences.set(`curves.${name}`, value);
    this.refresher.refresh();
  }

  /** @return {!Element} */
  toolbar() {
    const axis = uniqueId('axis');
    const smoothing = uniqueId('smoothing');
    const output = el('output', {for: smoothing, class: 'number'}, this.smoothing.toFixed(2));
    this.resetButton = el('button', {type: 'button', class: 'small', disabled: true, onclick: () => this.zoom(null)}, t('curves.reset'));
    return el('div', {'class': 'toolbar', 'role': 'group', 'aria-label': t('curves.toolbar')},
        el('div', {class: 'tool'},
            el('label', {for: axis}, t('curves.axis')),
            el('select', {id: axis, onchange: (event) => this.changeAxis(event.target.value)},
                AXES.map((name) => el('option', {value: name, selected: name === this.axis}, t(`axis.${name}`))))),
        el('div', {class: 'tool'},
            el('label', {for: smoothing}, t('curves.smoothing')),
            el('input', {
              type: 'range', id: smoothing, min: 0, max: WIDEST_SMOOTHING, step: 0.01, value: String(this.smoothing),
              oninput: (event) => {
                this.smoothing = Number(event.target.value);
                output.textContent = this.smoothing.toFixed(2);
                this.choose('smoothing', String(this.smoothing));
              },
            }),
            output),
        el('label', {class: 'tool'},
            el('input', {
              type: 'checkbox', checked: this.logarithmic,
              onchange: (event) => {
                this.logarithmic = event.target.checked;
                this.choose('logarithmic', String(this.logarithmic));
              },
            }),
            t('curves.logarithmic')),
        el('div', {class: 'tool'},
            el('button', {type: 'button', class: 'small', onclick: () => this.halve()}, t('curves.newest')),
            this.resetButton),
        el('p', {class: 'quiet hint'}, t('curves.hint')));
  }

  /** @param {string} axis */
  changeAxis(axis) {
    this.axis = axis;
    this.zoomed = null;
    this.choose('axis', axis);
  }

  /** @param {?{from: number, to: number}} range */
  zoom(range) {
    this.zoomed = range;
    this.resetButton.disabled = range === null;
    this.context.announcer.say(range === null ? t('curves.whole') : t('curves.zoomed'));
    this.showAll();
    this.refresher.refresh();
  }

  /** Zooms to the newest half of the shown range. */
  halve() {
    const shown = this.zoomed ?? this.extent();
    if (shown !== null && shown.to > shown.from) {
      this.zoom({from: (shown.from + shown.to) / 2, to: shown.to});
    }
  }

  /**
   * @param {!Array<{run: string, colour: number}>} runs
   * @param {!Array<string>} metrics metrics that have points
   */
  follow(runs, metrics) {
    this.runs = runs;
    this.metrics = new Set(metrics);
    const names = new Set(runs.map((each) => each.run));
    for (const run of this.answers.keys()) {
      if (!names.has(run)) {
        this.answers.delete(run);
      }
    }
    this.charts.forEach((chart) => {
      chart.element.hidden = !chart.definition.always && !chart.definition.metrics.some((name) => this.metrics.has(name));
    });
    this.showAll();
  }

  /** @param {!Array<!IntersectionObserverEntry>} entries */
  seen(entries) {
    for (const entry of entries) {
      const chart = this.charts.find((each) => each.element === entry.target);
      if (entry.isIntersecting && chart) {
        this.inSight.set(entry.target, chart);
      } else {
        this.inSight.delete(entry.target);
      }
    }
    this.refresher.refresh();
  }

  changed() {
    this.refresher.changed();
  }

  refresh() {
    this.refresher.refresh();
  }

  /**
   * @param {!AbortSignal} signal
   * @return {!Promise<void>}
   */
  async load(signal) {
    const metrics = [...this.inSight.values()].filter((chart) => !chart.element.hidden).flatMap((chart) => chart.definition.metrics);
    if (metrics.length === 0 || this.runs.length === 0) {
      return;
    }
    const query = new URLSearchParams({
      metrics: metrics.join(','),
      axis: this.axis,
      width: String(this.width()),
      smoothing: String(this.smoothing),
    });
    if (this.zoomed !== null) {
      query.set('from', String(this.zoomed.from));
      query.set('to', String(this.zoomed.to));
    }
    const asked = this.axis;
    const answers = await Promise.all(
        this.runs.map(async ({run}) => [run, await this.context.api.get(`${path('runs', run, 'curves')}?${query}`, signal)]));
    if (asked !== this.axis) {
      return;
    }
    for (const [run, answer] of answers) {
      this.keep(run, answer, new Set(metrics));
    }
    this.showAll();
  }

  /**
   * @param {string} run
   * @param {?} answer
   * @param {!Set<string>} asked
   */
  keep(run, answer, asked) {
    const known = this.answers.get(run);
    const others = known && known.axis === this.axis ? known.curves.filter((curve) => !asked.has(curve['metric'])) : [];
    this.answers.set(run, {
      axis: this.axis,
      curves: [...others, ...answer['curves']],
      resumed: (answer['resumed'] ?? []).map((mark) => mark['x']),
    });
  }

  /**
   * @return {number} width of a plot in pixels, in coarse steps, so that a small change causes no
   *   new request
   */
  width() {
    const widths = [...this.inSight.values()].map((chart) => chart.surface.clientWidth);
    return Math.max(200, Math.ceil(Math.max(...widths) / 100) * 100);
  }

  showAll() {
    const look = {
      axis: this.axis,
      logarithmic: this.logarithmic,
      smoothing: this.smoothing,
      range: this.zoomed ?? this.extent(),
      resumed: this.runs.length === 1 ? this.current(this.runs[0].run)?.resumed ?? [] : [],
    };
    for (const chart of this.inSight.values()) {
      chart.show(this.lines(chart.definition), look);
    }
  }

  /**
   * @param {string} run
   * @return {?Object}
   */
  current(run) {
    const answer = this.answers.get(run);
    return answer && answer.axis === this.axis ? answer : null;
  }

  /**
   * The common range of all curves, so that all charts have the same range.
   *
   * @return {?{from: number, to: number}}
   */
  extent() {
    let from = Infinity;
    let to = -Infinity;
    for (const {run} of this.runs) {
      for (const curve of this.current(run)?.curves ?? []) {
        if (curve['x'].length > 0) {
          from = Math.min(from, curve['x'][0]);
          to = Math.max(to, curve['x'][curve['x'].length - 1]);
        }
      }
    }
    if (from > to) {
      return null;
    }
    return from === to ? {from: from - 1, to: to + 1} : {from, to};
  }

  /**
   * @param {!ChartDefinition} definition
   * @return {!Array<!Line>}
   */
  lines(definition) {
    if (this.comparing) {
      return this.runs.map(({run, colour}) => {
        const curve = this.current(run)?.curves.find((each) => definition.metrics.includes(each['metric']));
        return line(run, colour, curve);
      });
    }
    const curves = (this.current(this.runs[0]?.run)?.curves ?? []).filter((curve) => definition.metrics.includes(curve['metric']));
    const order = (curve) => definition.metrics.indexOf(curve['metric']);
    curves.sort((a, b) => order(a) - order(b) || (a['qualifier'] ?? '').localeCompare(b['qualifier'] ?? ''));
    return curves.map((curve, i) => line(curve['qualifier'] ?? t(`metric.${curve['metric']}`), i, curve));
  }

  redraw() {
    this.charts.forEach((chart) => chart.redraw());
  }

  dispose() {
    this.refresher.dispose();
    this.visible.disconnect();
    this.charts.forEach((chart) => chart.dispose());
    fill(this.grid);
  }
}

/**
 * @param {string} name
 * @param {number} index
 * @param {?} curve null for a line without points
 * @return {!Line}
 */
function line(name, index, curve) {
  const style = lineStyle(index);
  return {
    name,
    colour: style.colour,
    dash: style.dash,
    points: curve ? curve['points'] : 0,
    x: curve ? curve['x'] : [],
    y: curve ? curve['y'] : [],
    smoothed: curve ? curve['smoothed'] ?? curve['y'] : [],
  };
}

/**
 * The colour and dash of a line by its number. Lines that share a colour differ in dash.
 *
 * @param {number} index
 * @return {{colour: string, dash: !Array<number>}}
 */
export function lineStyle(index) {
  const round = Math.floor(index / COLOURS);
  return {colour: `--series-${(index % COLOURS) + 1}`, dash: round === 0 ? [] : [6 / round, 4]};
}
