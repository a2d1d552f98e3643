import {path} from '../api.js';
import {Context} from '../context.js';
import {el} from '../dom.js';
import {t} from '../language.js';
import {SkippedPanel} from './skipped-panel.js';

/** Dead letters of messages that could not be read and therefore belong to no run. */
export class DeadLettersView {
  /** @param {!Context} context */
  constructor(context) {
    this.title = t('dead_letters.title');
    this.panel = new SkippedPanel(context, path('dead-letters'));
    this.element = el('div', {class: 'view'},
        el('div', {class: 'view-header'}, el('div', {class: 'heading'},
            el('p', {class: 'breadcrumb'}, el('a', {href: '#/'}, t('runs.title'))), el('h1', {}, this.title))),
        el('p', {class: 'quiet'}, t('dead_letters.text')),
        this.panel.element);
  }

  changed() {
    this.panel.changed();
  }

  redraw() {}

  dispose() {
    this.panel.dispose();
  }
}
