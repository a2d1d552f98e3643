import {el, uniqueId} from './dom.js';
import {t} from './language.js';

/**
 * Asks for confirmation of an action that cannot be undone.
 *
 * @param {{title: string, text: string, action: string}} question
 * @return {!Promise<boolean>} whether it was confirmed
 */
export function confirmed(question) {
  return new Promise((resolve) => {
    const title = uniqueId('question');
    const dialog = /** @type {!HTMLDialogElement} */ (el('dialog',
        {
          'aria-labelledby': title,
          'onclose': () => {
            dialog.remove();
            resolve(dialog.returnValue === 'yes');
          },
        },
        el('form', {method: 'dialog'},
            el('h2', {id: title}, question.title),
            el('p', {}, question.text),
            el('div', {class: 'actions'},
                el('button', {value: 'no', class: 'button'}, t('action.cancel')),
                el('button', {value: 'yes', class: 'button primary'}, question.action)))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
