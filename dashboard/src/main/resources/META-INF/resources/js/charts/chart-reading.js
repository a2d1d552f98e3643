import {el, fill, setText} from '../dom.js';
import {NONE} from '../format.js';
import {t} from '../language.js';
import {place} from './axes.js';
import {ChartDefinition} from './definitions.js';
import {Line, nearest} from './line.js';
import {Look} from './look.js';

const NEWEST = 8;

/**
 * The values of a chart: those at the cursor in its heading and its legend, and, for users who
 * cannot see the chart, a description in words and a table of the newest values.
 */
export class ChartReading {
  /** @type {!Array<!HTMLElement>} */
  legendValues = [];

  /** @type {string} */
  legendShape = '';

  /**
   * @param {!ChartDefinition} definition
   * @param {string} heading id of the chart's heading
   * @param {string} summary id for the description
   */
  constructor(definition, heading, summary) {
    this.definition = definition;
    /** @type {!Array<!Line>} */
    this.lines = [];
    /** @type {?Look} */
    this.look = null;
    this.place = el('span', {class: 'chart-place'});
    this.value = el('span', {class: 'chart-value'});
    this.atCursor = el('p', {class: 'chart-reading'}, this.place, this.value);
    this.summary = el('p', {id: summary, class: 'unseen'});
    this.legend = el('ul', {class: 'legend', hidden: true});
    this.table = el('table', {class: 'newest'});
    this.details = el(
        'details',
        {class: 'newest-values', ontoggle: () => this.showTable()},
        el('summary', {}, t('chart.newest')),
        el('div', {'class': 'scroll', 'tabindex': '0', 'role': 'group', 'aria-labelledby': heading}, this.table));
  }

  /**
   * @param {!Array<!Line>} lines
   * @param {!Look} look
   */
  show(lines, look) {
    this.lines = lines;
    this.look = look;
    this.showLegend();
    this.showAt(null);
    setText(this.summary, this.inWords());
    this.showTable();
  }

  /**
   * The values at a position, in words.
   *
   * @param {number} x
   * @return {string}
   */
  at(x) {
    const look = /** @type {!Look} */ (this.look);
    const values = this.lines
        .filter((line) => line.x.length > 0)
        .map((line) => `${this.lines.length > 1 ? `${line.name} ` : ''}${this.valueAt(line, x)}`);
    return `${place(look.axis, x)}: ${values.join(', ')}`;
  }

  /**
   * @param {!Line} line
   * @param {?number} x null for the newest value
   * @return {string}
   */
  valueAt(line, x) {
    const index = x === null ? line.x.length - 1 : nearest(line.x, x);
    return index < 0 ? NONE : this.definition.format(line.y[index]);
  }

  /** @param {?number} x null for the newest values */
  showAt(x) {
    const look = /** @type {!Look} */ (this.look);
    const single = this.lines.length === 1 ? this.lines[0] : null;
    const shown = single !== null && x !== null && single.x.length > 0 ? single.x[nearest(single.x, x)] : x;
    setText(this.place, shown === null ? '' : place(look.axis, shown));
    setText(this.value, single === null ? '' : this.valueAt(single, x));
    this.legendValues.forEach((element, i) => setText(element, this.valueAt(this.lines[i], x)));
  }

  showLegend() {
    const several = this.lines.length > 1;
    this.legend.hidden = !several;
    const shape = JSON.stringify(this.lines.map((line) => [line.name, line.colour]));
    if (several && shape !== this.legendShape) {
      this.legendValues = this.lines.map(() => el('span', {class: 'legend-value'}));
      fill(this.legend, this.lines.map((line, i) =>
          el('li', {}, swatch(line), el('span', {class: 'legend-name'}, line.name), this.legendValues[i])));
    } else if (!several) {
      this.legendValues = [];
    }
    this.legendShape = several ? shape : '';
  }

  /** @return {string} */
  inWords() {
    const look = /** @type {!Look} */ (this.look);
    const sentences = this.lines.filter((line) => line.x.length > 0).map((line) => {
      const last = line.x.length - 1;
      const values = {
        name: this.lines.length > 1 ? line.name : t(`chart.${this.definition.id}`),
        points: line.points,
        from: this.definition.format(line.y[0]),
        start: place(look.axis, line.x[0]),
        to: this.definition.format(line.y[last]),
        end: place(look.axis, line.x[last]),
        least: this.definition.format(Math.min(...line.y)),
        most: this.definition.format(Math.max(...line.y)),
      };
      return t('chart.words', values);
    });
    const resumed = look.resumed.length === 0 ? [] : [t('chart.resumed', {at: look.resumed.map((x) => place(look.axis, x)).join(', ')})];
    return sentences.length === 0 ? t('chart.empty') : [...sentences, ...resumed, t('chart.keys')].join(' ');
  }

  showTable() {
    if (!this.details.open || this.look === null) {
      return;
    }
    const look = this.look;
    const places = [...new Set(this.lines.flatMap((line) => line.x.slice(-NEWEST)))].sort((a, b) => b - a).slice(0, NEWEST);
    fill(this.table,
        el('thead', {}, el('tr', {},
            el('th', {scope: 'col'}, t(`axis.${look.axis}`)),
            this.lines.map((line) => el('th', {scope: 'col'}, line.name)))),
        el('tbody', {}, places.map((x) => el('tr', {},
            el('th', {scope: 'row'}, place(look.axis, x)),
            this.lines.map((line) => {
              const index = line.x.lastIndexOf(x);
              return el('td', {}, index < 0 ? NONE : this.definition.format(line.y[index]));
            })))));
  }
}

/**
 * A sample of a line with its colour and dash, for a legend.
 *
 * @param {{colour: string, dash: !Array<number>}} line
 * @return {!Element}
 */
export function swatch(line) {
  const piece = el('span', {class: line.dash.length > 0 ? 'swatch dashed' : 'swatch', 'aria-hidden': 'true'});
  piece.style.setProperty('--swatch', `var(${line.colour})`);
  return piece;
}
