import uPlot from '/webjars/uplot/1.6.30/dist/uPlot.esm.js';
import {colour} from '../appearance.js';
import {el, fill, uniqueId} from '../dom.js';
import {t} from '../language.js';
import {increments, labels} from './axes.js';
import {ChartReading} from './chart-reading.js';
import {ChartDefinition} from './definitions.js';
import {Line, nearest, stacked} from './line.js';
import {Look} from './look.js';

const HEIGHT = 208;
const FONT = '11px system-ui, sans-serif';

/** A chart with its heading and its values. */
export class Chart {
  /** @type {!ChartReading} */
  reading;

  /** @type {!HTMLElement} */
  surface;

  /** @type {!HTMLElement} */
  element;

  /** @type {!ResizeObserver} */
  resize;

  /**
   * @param {!ChartDefinition} definition
   * @param {string} group charts of one group share a cursor
   * @param {{zoom: function(number, number), reset: function(), halve: function(), say: function(string)}} listener
   */
  constructor(definition, group, listener) {
    this.definition = definition;
    this.group = group;
    this.listener = listener;
    /** @type {!Array<!Line>} */
    this.lines = [];
    /** @type {?Look} */
    this.look = null;
    /** @type {?uPlot} */
    this.plot = null;
    this.shape = '';
    this.build();
  }

  build() {
    const heading = uniqueId('chart');
    const summary = uniqueId('summary');
    this.reading = new ChartReading(this.definition, heading, summary);
    this.surface = el('div', {
      'class': 'chart-surface',
      'tabindex': '0',
      'role': 'group',
      'aria-labelledby': heading,
      'aria-describedby': summary,
      'onkeydown': (event) => this.key(event),
    });
    this.element = el(
        'section',
        {'class': 'chart card', 'aria-labelledby': heading, 'data-chart': this.definition.id},
        el('header', {class: 'chart-header'},
            el('h3', {id: heading}, t(`chart.${this.definition.id}`)),
            this.reading.atCursor),
        this.surface,
        this.reading.summary,
        this.reading.legend,
        this.reading.details);
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(this.surface);
  }

  /**
   * @param {!Array<!Line>} lines
   * @param {!Look} look
   */
  show(lines, look) {
    this.lines = lines;
    this.look = look;
    const drawn = lines.filter((line) => line.x.length > 0);
    this.surface.classList.toggle('empty', drawn.length === 0);
    if (drawn.length === 0) {
      this.forget();
      fill(this.surface, el('p', {class: 'quiet'}, t('chart.empty')));
    } else {
      this.draw(drawn);
    }
    this.reading.show(lines, look);
  }

  /** Draws the chart again after colours or language have changed. */
  redraw() {
    this.shape = '';
    if (this.look !== null) {
      this.show(this.lines, this.look);
    }
  }

  /** @param {!Array<!Line>} drawn */
  draw(drawn) {
    const look = /** @type {!Look} */ (this.look);
    const shape = JSON.stringify([drawn.map((line) => [line.name, line.colour]), look.axis, look.logarithmic, this.smoothed()]);
    const data = this.data(drawn, look);
    if (this.plot === null || shape !== this.shape) {
      this.forget();
      this.surface.replaceChildren();
      this.shape = shape;
      this.plot = new uPlot(this.options(drawn, look), data, this.surface);
    } else {
      this.plot.setData(data);
    }
  }

  /** @return {boolean} whether a smoothed line is drawn over a faint line of the points */
  smoothed() {
    return this.definition.noisy === true && this.look !== null && this.look.smoothing > 0;
  }

  forget() {
    this.plot?.destroy();
    this.plot = null;
    this.shape = '';
  }

  /**
   * @param {!Array<!Line>} drawn
   * @param {!Look} look
   * @return {!Array<!Array<?number>>}
   */
  data(drawn, look) {
    if (this.definition.stacked) {
      return stacked(drawn, this.smoothed());
    }
    const logarithmic = look.logarithmic && this.definition.logarithmic;
    const drawable = (/** @type {!Array<number>} */ ys) => (logarithmic ? ys.map((y) => (y > 0 ? y : null)) : ys);
    const tables = drawn.map((line) =>
        this.smoothed() ? [line.x, drawable(line.y), drawable(line.smoothed)] : [line.x, drawable(line.y)]);
    return tables.length === 1 ? tables[0] : uPlot.join(tables);
  }

  /**
   * @param {!Array<!Line>} drawn
   * @param {!Look} look
   * @return {!Object}
   */
  options(drawn, look) {
    const text = () => colour('--text-quiet');
    const grid = {stroke: () => colour('--line'), width: 1};
    const logarithmic = look.logarithmic && this.definition.logarithmic === true;
    return {
      width: Math.max(160, this.surface.clientWidth),
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      legend: {show: false},
      series: [{}, ...this.series(drawn)],
      scales: {
        x: {time: look.axis === 'time', range: (u, from, to) => this.rangeOfX(from, to)},
        y: logarithmic ? {distr: 3} : {range: (u, from, to) => this.rangeOfY(from, to)},
      },
      axes: [
        {
          stroke: text, grid, ticks: grid, font: FONT, size: 28, space: 64,
          values: (u, splits, index, space, increment) => labels(look.axis, splits, increment),
          ...(increments(look.axis) === null ? {} : {incrs: increments(look.axis)}),
        },
        {
          stroke: text, grid, ticks: grid, font: FONT, size: 60,
          values: (u, splits) => splits.map((y) => (y === null ? '' : this.definition.format(y))),
        },
      ],
      cursor: {
        drag: {x: true, y: false, setScale: false},
        sync: {key: this.group, scales: ['x', null]},
        bind: {dblclick: () => () => this.listener.reset()},
        dataIdx: (u, series, index) => withValue(u.data[series], index),
        points: {size: 7},
      },
      hooks: {
        setSelect: [(u) => this.selected(u)],
        setCursor: [(u) => this.moved(u)],
        draw: [(u) => this.drawMarks(u)],
      },
    };
  }

  /**
   * @param {!Array<!Line>} drawn
   * @return {!Array<!Object>}
   */
  series(drawn) {
    if (this.definition.stacked) {
      return [...drawn].reverse().map((line) => {
        const stroke = () => colour(line.colour);
        return {stroke, fill: stroke, width: 0, points: {show: false}};
      });
    }
    return drawn.flatMap((line) => {
      const stroke = () => colour(line.colour);
      const fill = () => colour('--surface');
      const points = this.definition.points ? {show: true, size: 6, fill} : {fill};
      const strong = {stroke, width: 2, dash: line.dash, points};
      return this.smoothed() ? [{stroke, width: 1, alpha: 0.28, points: {show: false}}, strong] : [strong];
    });
  }

  /**
   * @param {?number} from
   * @param {?number} to
   * @return {!Array<?number>}
   */
  rangeOfX(from, to) {
    const range = this.look?.range;
    if (range) {
      return [range.from, range.to];
    }
    return from !== null && from === to ? [from - 1, from + 1] : [from, to];
  }

  /**
   * @param {?number} from
   * @param {?number} to
   * @return {!Array<?number>}
   */
  rangeOfY(from, to) {
    if (this.definition.stacked) {
      return [0, 1];
    }
    if (from === null || to === null) {
      return [0, 1];
    }
    if (from === to) {
      return from === 0 ? [0, 1] : [from - Math.abs(from) / 10, to + Math.abs(to) / 10];
    }
    return uPlot.rangeNum(from, to, {min: {pad: 0.08, soft: 0, mode: 3}, max: {pad: 0.08, soft: 0, mode: 3}});
  }

  /** @param {!uPlot} u */
  selected(u) {
    if (u.select.width > 4) {
      const from = u.posToVal(u.select.left, 'x');
      const to = u.posToVal(u.select.left + u.select.width, 'x');
      u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
      this.listener.zoom(from, to);
    }
  }

  /** @param {!uPlot} u */
  moved(u) {
    this.reading.showAt(u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, 'x'));
  }

  /**
   * Draws a dashed line from top to bottom at each position where the run was resumed.
   *
   * @param {!uPlot} u
   */
  drawMarks(u) {
    const context = u.ctx;
    context.save();
    context.strokeStyle = colour('--mark');
    context.fillStyle = colour('--mark');
    context.lineWidth = window.devicePixelRatio;
    context.setLineDash([3 * window.devicePixelRatio, 3 * window.devicePixelRatio]);
    for (const x of /** @type {!Look} */ (this.look).resumed) {
      const left = Math.round(u.valToPos(x, 'x', true));
      if (left >= u.bbox.left && left <= u.bbox.left + u.bbox.width) {
        const size = 5 * window.devicePixelRatio;
        context.beginPath();
        context.moveTo(left, u.bbox.top);
        context.lineTo(left, u.bbox.top + u.bbox.height);
        context.stroke();
        context.beginPath();
        context.moveTo(left - size, u.bbox.top);
        context.lineTo(left + size, u.bbox.top);
        context.lineTo(left, u.bbox.top + size);
        context.fill();
      }
    }
    context.restore();
  }

  fit() {
    const width = this.surface.clientWidth;
    if (this.plot !== null && width > 0 && width !== this.plot.width) {
      this.plot.setSize({width, height: HEIGHT});
    }
  }

  /** @param {!Event} event */
  key(event) {
    const pressed = /** @type {!KeyboardEvent} */ (event);
    const moves = {ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity};
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || this.plot === null || event.target !== this.surface) {
      return;
    }
    if (pressed.key in moves) {
      this.moveCursor(moves[pressed.key]);
    } else if (pressed.key === '+') {
      this.listener.halve();
    } else if (pressed.key === '0' || pressed.key === 'Escape') {
      this.listener.reset();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {number} by points */
  moveCursor(by) {
    const plot = /** @type {!uPlot} */ (this.plot);
    const xs = /** @type {!Array<number>} */ (plot.data[0]);
    const now = plot.cursor.left < 0 ? xs.length : nearest(xs, plot.posToVal(plot.cursor.left, 'x'));
    const index = Math.max(0, Math.min(xs.length - 1, now + by));
    plot.setCursor({left: plot.valToPos(xs[index], 'x'), top: HEIGHT / 3}, true, true);
    this.listener.say(this.reading.at(xs[index]));
  }

  dispose() {
    this.resize.disconnect();
    this.forget();
  }
}

/**
 * The index closest to a given index at which a series of joined lines has a value of its own.
 *
 * @param {!Array<?number>} values
 * @param {number} index
 * @return {number}
 */
function withValue(values, index) {
  for (let away = 0; away < values.length; away++) {
    for (const candidate of [index - away, index + away]) {
      if (values[candidate] !== undefined && values[candidate] !== null) {
        return candidate;
      }
    }
  }
  return index;
}
