import {Connection} from './connection.js';
import {el, fill} from './dom.js';
import {icon} from './icons.js';
import {t} from './language.js';
import {time} from './format.js';

/**
 * Shows that the page may be out of date because page and service, or service and broker, are not
 * connected.
 */
export class Banner {
  /** @type {!HTMLElement} */
  countdown;

  /**
   * @param {!HTMLElement} element
   * @param {!HTMLElement} light the small indicator in the header
   * @param {function()} retry
   */
  constructor(element, light, retry) {
    this.element = element;
    this.light = light;
    this.retry = retry;
    this.shown = '';
    this.timer = 0;
  }

  /**
   * @param {!Connection} connection
   * @param {?} broker state of the broker as the service reports it; null before the first report
   */
  show(connection, broker) {
    clearInterval(this.timer);
    const state = stateOf(connection, broker);
    if (state === 'away') {
      this.timer = setInterval(() => this.count(connection), 1000);
    }
    if (state !== this.shown) {
      this.shown = state;
      this.build(state, broker);
    }
    this.count(connection);
  }

  /**
   * @param {string} state
   * @param {?} broker
   */
  build(state, broker) {
    this.light.className = `light ${state}`;
    fill(this.light, icon('connected'), el('span', {class: 'light-text'}, t(`connection.${state}`)));
    this.element.hidden = !['away', 'broker', 'reading'].includes(state);
    this.element.className = `banner ${state}`;
    // The countdown changes every second, and a screen reader would read it out every second.
    this.countdown = el('span', {'class': 'quiet number', 'aria-hidden': 'true'});
    if (state === 'away') {
      fill(this.element, icon('warning'), el('span', {}, t('banner.away')), this.countdown,
          el('button', {type: 'button', class: 'small', onclick: () => this.retry()}, t('banner.retry')));
    } else if (state === 'broker') {
      fill(this.element, icon('warning'), el('span', {}, t('banner.broker', {since: time(broker['since'])})));
    } else if (state === 'reading') {
      fill(this.element, el('span', {}, t('banner.reading')));
    } else {
      fill(this.element);
    }
  }

  /** @param {!Connection} connection */
  count(connection) {
    const seconds = Math.max(0, Math.ceil((connection.nextAttempt - Date.now()) / 1000));
    this.countdown.textContent = t('banner.next', {s: seconds});
  }

  /** Discards the shown state, so that the banner is built again after a change of language. */
  forget() {
    this.shown = '';
  }
}

/**
 * @param {!Connection} connection
 * @param {?} broker
 * @return {string}
 */
function stateOf(connection, broker) {
  if (connection.status !== 'connected') {
    return connection.status;
  }
  if (broker && broker['connected'] === false) {
    return 'broker';
  }
  return broker && broker['reading'] ? 'reading' : 'connected';
}
