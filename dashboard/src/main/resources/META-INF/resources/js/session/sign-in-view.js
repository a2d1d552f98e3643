import {ApiError} from '../api.js';
import {Context} from '../context.js';
import {el, setText, uniqueId} from '../dom.js';
import {t} from '../language.js';

/** Asks for the token, or links to the identity provider. */
export class SignInView {
  /** @type {!HTMLInputElement} */
  token;

  /** @type {!HTMLElement} */
  problem;

  /**
   * @param {!Context} context
   * @param {string} authentication token or oidc
   * @param {function()} signedIn
   */
  constructor(context, authentication, signedIn) {
    this.context = context;
    this.signedIn = signedIn;
    this.title = t('sign_in.title');
    this.element = el('div', {class: 'view sign-in'}, el('div', {class: 'card'},
        el('h1', {}, t('sign_in.title')),
        authentication === 'oidc' ? this.provider() : this.tokenForm()));
  }

  /** @return {!Element} */
  provider() {
    return el('div', {}, el('p', {class: 'quiet'}, t('sign_in.provider')), el('a', {class: 'button primary', href: '/sign-in'}, t('sign_in.submit')));
  }

  /** @return {!Element} */
  tokenForm() {
    const id = uniqueId('token');
    this.token = el('input', {
      'id': id, 'type': 'password', 'name': 'token', 'autocomplete': 'current-password', 'required': true,
      'aria-describedby': `${id}-help ${id}-problem`,
    });
    this.problem = el('p', {id: `${id}-problem`, class: 'problem', role: 'alert'});
    return el('form', {onsubmit: (event) => this.submit(event)},
        el('p', {id: `${id}-help`, class: 'quiet'}, t('sign_in.help')),
        el('div', {class: 'field'}, el('label', {for: id}, t('sign_in.token')), this.token, this.problem),
        el('button', {class: 'button primary'}, t('sign_in.submit')));
  }

  /** @param {!Event} event */
  async submit(event) {
    event.preventDefault();
    setText(this.problem, '');
    try {
      await this.context.api.post('/api/session', {'token': this.token['value']});
      this.signedIn();
    } catch (e) {
      setText(this.problem, problemText(e instanceof ApiError ? e.status : 0));
      this.token.setAttribute('aria-invalid', 'true');
      this.token.focus();
    }
  }

  changed() {}

  redraw() {}

  dispose() {}
}

/**
 * @param {number} status HTTP status of the response; 0 if there was no response
 * @return {string}
 */
function problemText(status) {
  switch (status) {
    case 0:
      return t('error.unreachable');
    case 429:
      return t('sign_in.wait');
    default:
      return t('sign_in.refused');
  }
}
