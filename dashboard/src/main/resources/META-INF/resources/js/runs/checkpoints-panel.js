import {Context} from '../context.js';
import {el, fill} from '../dom.js';
import {bytes, duration, errorRate, time, whole} from '../format.js';
import {icon} from '../icons.js';
import {t} from '../language.js';
import {address} from '../router.js';

const COLUMNS = ['checkpoint', 'step', 'cer', 'wer', 'bytes', 'seconds', 'time', 'actions'];

/** The checkpoints of a run and the actions for each. */
export class CheckpointsPanel {
  /**
   * @param {!Context} context
   * @param {string} run
   * @param {function()} commanded called after a command was carried out
   */
  constructor(context, run, commanded) {
    this.context = context;
    this.run = run;
    this.commanded = commanded;
    this.shown = '';
    this.body = el('tbody', {role: 'rowgroup'});
    this.table = el('table', {'class': 'checkpoints', 'role': 'table', 'aria-label': t('run.section.checkpoints')},
        el('thead', {role: 'rowgroup'}, el('tr', {role: 'row'}, COLUMNS.map((column) =>
            el('th', {scope: 'col', role: 'columnheader', class: `column-${column}`}, t(`checkpoints.${column}`))))),
        this.body);
    this.empty = el('p', {class: 'empty-state', hidden: true}, t('checkpoints.none'));
    this.element = el('div', {}, this.table, this.empty);
  }

  /** @param {?} run */
  show(run) {
    const checkpoints = run['checkpoints'] ?? [];
    const text = JSON.stringify(checkpoints);
    if (text === this.shown) {
      return;
    }
    this.shown = text;
    const focused = document.activeElement?.getAttribute('data-action');
    this.table.hidden = checkpoints.length === 0;
    this.empty.hidden = checkpoints.length > 0;
    fill(this.body, checkpoints.map((checkpoint) => this.row(checkpoint)));
    if (focused) {
      this.element.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  /**
   * @param {?} checkpoint
   * @return {!Element}
   */
  row(checkpoint) {
    const id = checkpoint['checkpoint'];
    const kept = checkpoint['kept'] !== false;
    const cell = (column, text) => el('td', {role: 'cell', class: `column-${column}`},
        el('span', {'class': 'cell-label', 'aria-hidden': 'true'}, t(`checkpoints.${column}`)), el('span', {class: 'cell number'}, text));
    return el('tr', {'role': 'row', 'class': kept ? null : 'gone', 'data-checkpoint': id},
        el('th', {scope: 'row', role: 'rowheader', class: 'column-checkpoint'},
            el('span', {class: 'checkpoint-id', title: checkpoint['uri'] ?? null}, id),
            checkpoint['best'] ? el('span', {class: 'tag best'}, icon('best'), t('checkpoints.best')) : null,
            checkpoint['pinned'] ? el('span', {class: 'tag'}, icon('pin'), t('checkpoints.pinned')) : null,
            kept ? null : el('span', {class: 'tag quiet'}, t('checkpoints.gone'))),
        cell('step', whole(checkpoint['step'])),
        cell('cer', errorRate(checkpoint['cer'])),
        cell('wer', errorRate(checkpoint['wer'])),
        cell('bytes', bytes(checkpoint['bytes'])),
        cell('seconds', duration(checkpoint['seconds'])),
        cell('time', time(checkpoint['time'])),
        el('td', {role: 'cell', class: 'column-actions'}, this.actions(checkpoint, kept)));
  }

  /**
   * @param {?} checkpoint
   * @param {boolean} kept
   * @return {!Element}
   */
  actions(checkpoint, kept) {
    const id = checkpoint['checkpoint'];
    const pinned = checkpoint['pinned'] === true;
    const about = (action) => ({
      'class': 'small button', 'data-action': `${action} ${id}`, 'aria-label': t('checkpoints.action', {action: t(`action.${action}`), id}),
    });
    return el('div', {class: 'row-actions'},
        checkpoint['cer'] === undefined ? null : el('a',
            {...about('transcripts'), href: address(['runs', this.run, 'transcripts'], {checkpoint: id})}, t('action.transcripts')),
        kept ? [
          el('a', {...about('resume'), href: address(['new'], {resume: this.run, checkpoint: id})}, t('action.resume')),
          el('a', {...about('fine_tune'), href: address(['new'], {from: `${this.run}/${id}`})}, t('action.fine_tune')),
          el('button', {...about(pinned ? 'unpin' : 'pin'), type: 'button', onclick: (event) => this.pin(event.target, id, !pinned)},
              t(pinned ? 'action.unpin' : 'action.pin')),
        ] : null);
  }

  /**
   * @param {!Element} button
   * @param {string} id
   * @param {boolean} pinned
   */
  async pin(button, id, pinned) {
    button.setAttribute('aria-busy', 'true');
    try {
      await this.context.api.post('/api/commands', {'command': pinned ? 'pin' : 'unpin', 'run': this.run, 'checkpoint': id});
      this.context.announcer.say(t(pinned ? 'checkpoints.now_pinned' : 'checkpoints.now_unpinned', {id}));
      this.commanded();
    } catch (e) {
      this.context.failed(e);
    } finally {
      button.removeAttribute('aria-busy');
    }
  }

  changed() {}

  redraw() {}

  dispose() {}
}
