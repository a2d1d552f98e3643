import {el, fill, setText} from '../dom.js';
import {done, duration, errorRate, measured, NONE, percent, whole} from '../format.js';
import {t} from '../language.js';
import {endedEarly, progress, progressBar, underWay} from './status.js';

const SHARES = ['share_computing', 'share_waiting', 'share_checkpoint'];
const FIGURES = ['epoch', 'batch', 'eta', 'speed', 'train_loss', 'learning_rate', 'test_cer', 'best_cer'];

/** The progress of a run, its speed and how it spends its time. */
export class ProgressPanel {
  /** @param {boolean} whole whether to show the figures, rather than the bar alone */
  constructor(whole) {
    this.bar = progressBar(t('progress.title'));
    this.percent = el('span', {class: 'progress-percent number'});
    this.step = el('span', {class: 'quiet'});
    this.values = Object.fromEntries(FIGURES.map((name) => [name, el('dd', {class: 'number'})]));
    this.pieces = SHARES.map((name, i) => {
      const piece = el('span', {class: 'share'});
      piece.style.setProperty('--swatch', `var(--series-${i + 1})`);
      return piece;
    });
    this.shareTexts = SHARES.map(() => el('span', {class: 'number'}));
    this.shareBar = el('div', {'class': 'shares', 'aria-hidden': 'true'}, this.pieces);
    this.shares = el('div', {class: 'where', hidden: true},
        el('h2', {class: 'label'}, t('progress.where')),
        this.shareBar,
        el('ul', {class: 'legend'}, SHARES.map((name, i) => {
          const swatch = el('span', {'class': 'swatch square', 'aria-hidden': 'true'});
          swatch.style.setProperty('--swatch', `var(--series-${i + 1})`);
          return el('li', {}, swatch, el('span', {class: 'legend-name'}, t(`metric.${name}`)), this.shareTexts[i]);
        })));
    this.lag = el('ul', {class: 'legend'});
    this.lagSection = el('div', {class: 'where', hidden: true}, el('h2', {class: 'label'}, t('progress.lag')), this.lag);
    this.element = el('section', {'class': 'card progress-panel', 'aria-label': t('progress.title')},
        el('div', {class: 'progress-line'}, this.percent, this.bar.element, this.step),
        el('dl', {class: 'figures', hidden: !whole}, FIGURES.map((name) =>
            el('div', {class: `figure figure-${name}`}, el('dt', {}, t(`figure.${name}`)), this.values[name]))),
        el('div', {class: 'wheres', hidden: !whole}, this.shares, this.lagSection));
  }

  /** @param {?} run */
  show(run) {
    const latest = run['latest'] ?? {};
    const position = run['position'];
    this.bar.show(progress(run));
    setText(this.percent, done(progress(run)));
    setText(this.step, position ? stepText(run) : '');
    this.set('epoch', position ? `${position['epoch']} / ${run['num_epoch'] ?? NONE}` : NONE);
    this.set('batch', position ? `${whole(position['batch'])} / ${position['batches'] > 0 ? whole(position['batches']) : NONE}` : NONE);
    this.set('eta', underWay(run) ? duration(latest['eta_seconds']) : NONE);
    this.set('speed', latest['samples_per_second'] === undefined
        ? NONE : t('figure.per_second', {n: measured(latest['samples_per_second'])}));
    this.set('train_loss', measured(latest['train_loss']));
    this.set('learning_rate', measured(latest['learning_rate']));
    this.set('test_cer', errorRate(latest['test_cer']));
    this.set('best_cer', errorRate(run['best']?.['cer']));
    this.showShares(latest);
    this.showLag(latest['lag'] ?? {});
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  set(name, text) {
    setText(this.values[name], text);
  }

  /** @param {?} latest */
  showShares(latest) {
    this.shares.hidden = latest['share_computing'] === undefined;
    SHARES.forEach((name, i) => {
      this.pieces[i].style.width = `${Math.max(0, Math.min(1, latest[name] ?? 0)) * 100}%`;
      setText(this.shareTexts[i], percent(latest[name]));
    });
  }

  /** @param {!Object<string, number>} lag */
  showLag(lag) {
    const topics = Object.keys(lag).sort();
    this.lagSection.hidden = topics.length === 0;
    fill(this.lag, topics.map((topic) =>
        el('li', {}, el('span', {class: 'legend-name'}, topic), el('span', {class: 'number'}, whole(lag[topic])))));
  }
}

/**
 * @param {?} run one with a position
 * @return {string}
 */
function stepText(run) {
  const position = run['position'];
  const step = t('progress.step', {step: whole(position['step'])});
  return endedEarly(run)
      ? `${t('runs.early', {epoch: position['epoch'], epochs: run['num_epoch']})} · ${step}`
      : step;
}
