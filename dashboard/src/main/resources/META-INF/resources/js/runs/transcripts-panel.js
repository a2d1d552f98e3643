import {path} from '../api.js';
import {Context} from '../context.js';
import {el, fill, uniqueId} from '../dom.js';
import {duration, errorRate, whole} from '../format.js';
import {t} from '../language.js';
import {Refresher} from '../refresher.js';

/** Sample transcripts of a checkpoint next to their references, with the edits marked. */
export class TranscriptsPanel {
  /**
   * @param {!Context} context
   * @param {string} run
   * @param {string} checkpoint checkpoint to show first; empty for the newest tested one
   */
  constructor(context, run, checkpoint) {
    this.context = context;
    this.run = run;
    this.checkpoint = checkpoint;
    this.following = checkpoint === '';
    this.known = '';
    this.shown = '';
    const select = uniqueId('checkpoint');
    this.select = el('select', {id: select, onchange: (event) => this.choose(event.target.value)});
    this.figures = el('dl', {class: 'figures small-figures'});
    this.samples = el('ol', {class: 'samples'});
    this.empty = el('p', {class: 'empty-state'}, t('transcripts.none'));
    this.content = el('div', {hidden: true},
        el('div', {class: 'toolbar'}, el('div', {class: 'tool'}, el('label', {for: select}, t('checkpoints.checkpoint')), this.select),
            el('ul', {'class': 'legend marks', 'aria-label': t('transcripts.marks')},
                ['substitution', 'deletion', 'insertion'].map((operation) =>
                    el('li', {}, el('span', {class: `edit ${operation}`}, t(`transcripts.example.${operation}`)), t(`transcripts.${operation}`))))),
        el('div', {class: 'card'}, this.figures),
        this.samples);
    this.element = el('div', {}, this.empty, this.content);
    this.refresher = new Refresher((signal) => this.load(signal), (e) => context.failed(e));
  }

  /** @param {?} run */
  show(run) {
    const tested = (run['checkpoints'] ?? []).filter((checkpoint) => checkpoint['cer'] !== undefined);
    const known = JSON.stringify(tested.map((checkpoint) => [checkpoint['checkpoint'], checkpoint['cer'], checkpoint['best']]));
    if (known === this.known) {
      return;
    }
    this.known = known;
    this.content.hidden = tested.length === 0;
    this.empty.hidden = tested.length > 0;
    if (tested.length === 0) {
      return;
    }
    if (this.following || !tested.some((checkpoint) => checkpoint['checkpoint'] === this.checkpoint)) {
      this.checkpoint = tested[0]['checkpoint'];
    }
    fill(this.select, tested.map((checkpoint) => el('option',
        {value: checkpoint['checkpoint'], selected: checkpoint['checkpoint'] === this.checkpoint},
        t('transcripts.option', {id: checkpoint['checkpoint'], cer: errorRate(checkpoint['cer'])}))));
    this.refresher.refresh();
  }

  /** @param {string} checkpoint */
  choose(checkpoint) {
    this.checkpoint = checkpoint;
    this.following = false;
    this.refresher.refresh();
  }

  /**
   * @param {!AbortSignal} signal
   * @return {!Promise<void>}
   */
  async load(signal) {
    const evaluation = await this.context.api.get(path('runs', this.run, 'evaluations', this.checkpoint), signal);
    const text = JSON.stringify(evaluation);
    if (text !== this.shown) {
      this.shown = text;
      this.showEvaluation(evaluation);
    }
  }

  /** @param {?} evaluation */
  showEvaluation(evaluation) {
    const figures = {
      cer: errorRate(evaluation['cer']),
      wer: errorRate(evaluation['wer']),
      utterances: whole(evaluation['utterances']),
      reference_characters: whole(evaluation['reference_characters']),
      substitutions: whole(evaluation['substitutions']),
      deletions: whole(evaluation['deletions']),
      insertions: whole(evaluation['insertions']),
      seconds: duration(evaluation['seconds']),
    };
    fill(this.figures, Object.entries(figures).map(([name, value]) =>
        el('div', {class: 'figure'}, el('dt', {}, t(`evaluation.${name}`)), el('dd', {class: 'number'}, value))));
    fill(this.samples, (evaluation['samples'] ?? []).map(sampleElement));
  }

  changed() {}

  redraw() {}

  dispose() {
    this.refresher.dispose();
  }
}

/**
 * @param {?} sample
 * @return {!Element}
 */
function sampleElement(sample) {
  const edits = sample['edits'];
  return el('li', {class: 'sample card'},
      el('p', {class: 'sample-head'},
          el('span', {class: 'quiet'}, t('transcripts.utterance', {n: whole(sample['utterance'])})),
          el('span', {class: edits === 0 ? 'tag good' : 'tag'}, edits === 0 ? t('transcripts.exact') : t('transcripts.edits', {n: edits}))),
      el('dl', {},
          el('dt', {}, t('transcripts.reference')),
          el('dd', {class: 'text'}, side(sample, 'reference', 'deletion')),
          el('dt', {}, t('transcripts.hypothesis')),
          el('dd', {class: 'text'}, side(sample, 'hypothesis', 'insertion'))),
      edits === 0 ? null : el('p', {class: 'unseen'}, editsInWords(sample)));
}

/**
 * One of the two texts with its edits marked: substitutions in both texts, deletions in the
 * reference, insertions in the hypothesis.
 *
 * @param {?} sample
 * @param {string} name reference or hypothesis
 * @param {string} own the operation that only this side shows
 * @return {!Array<*>}
 */
function side(sample, name, own) {
  const alignment = sample['alignment'];
  if (!alignment) {
    return [sample[name]];
  }
  const pieces = [];
  for (const step of alignment) {
    const operation = step['operation'];
    if (operation === 'equal' || operation === 'substitution' || operation === own) {
      const last = pieces[pieces.length - 1];
      if (last && last.operation === operation) {
        last.text += step[name];
      } else {
        pieces.push({operation, text: step[name]});
      }
    }
  }
  const parts = pieces.map((piece) =>
      (piece.operation === 'equal' ? piece.text : el('span', {class: `edit ${piece.operation}`}, piece.text.replaceAll(' ', '\u2423'))));
  return parts.length === 0 ? [el('span', {class: 'quiet'}, t('transcripts.empty'))] : parts;
}

/**
 * The edits in words, for screen readers.
 *
 * @param {?} sample
 * @return {string}
 */
function editsInWords(sample) {
  const spoken = (text) => (text === ' ' ? t('transcripts.space') : text);
  return (sample['alignment'] ?? [])
      .filter((step) => step['operation'] !== 'equal')
      .map((step) => t(`transcripts.words.${step['operation']}`, {
        reference: spoken(step['reference'] ?? ''), hypothesis: spoken(step['hypothesis'] ?? '')}))
      .join('; ');
}
