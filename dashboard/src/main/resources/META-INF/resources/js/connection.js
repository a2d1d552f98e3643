import {ServerSentEvents} from './server-sent-events.js';

const FIRST_DELAY_SECONDS = 1;
const LONGEST_DELAY_SECONDS = 30;

/**
 * The service sends at least one comment every 10 s. After three missing comments it is considered
 * away.
 */
const SILENCE_SECONDS = 30;

/**
 * The event stream of the service. It reports changes, and whether page, service and broker are
 * connected. It reconnects by itself after increasing intervals, and pauses while the page is
 * hidden.
 *
 * The events are read from a stream of bytes rather than with the browser's EventSource.
 * EventSource reports neither the status of a response nor a connection that has fallen silent.
 */
export class Connection {
  /**
   * @param {{
   *   connected: function(),
   *   changed: function(string),
   *   broker: function(!Object),
   *   state: function(),
   *   signedOut: function(),
   * }} listener
   */
  constructor(listener) {
    this.listener = listener;
    /** @type {string} connecting, connected or away */
    this.status = 'connecting';
    /** Time of the next attempt, in milliseconds since 1970. */
    this.nextAttempt = 0;
    this.failures = 0;
    this.timer = 0;
    this.watchdog = 0;
    /** @type {?AbortController} */
    this.attempt = null;
    /** Whether a user who may see the events wants them. */
    this.wanted = false;
    document.addEventListener('visibilitychange', () => (document.hidden ? this.close() : this.open()));
    window.addEventListener('online', () => this.retry());
  }

  /** Connects now, and again whenever the page becomes visible. */
  start() {
    this.wanted = true;
    this.open();
  }

  /** Disconnects and stops reconnecting. */
  stop() {
    this.wanted = false;
    this.close();
  }

  /** Connects unless the page is hidden, is connected already or does not want events. */
  open() {
    if (this.wanted && this.attempt === null && !document.hidden) {
      clearTimeout(this.timer);
      const attempt = new AbortController();
      this.attempt = attempt;
      this.read(attempt).then(() => this.lost(attempt), () => this.lost(attempt));
    }
  }

  /** Connects now instead of at the end of the interval. */
  retry() {
    if (this.status === 'away') {
      this.open();
    }
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.attempt?.abort();
    this.attempt = null;
  }

  /**
   * @param {!AbortController} attempt
   * @return {!Promise<void>}
   */
  async read(attempt) {
    this.watch(attempt);
    const answer = await fetch('/api/events', {signal: attempt.signal, cache: 'no-store', headers: {'Accept': 'text/event-stream'}});
    if (answer.status === 401) {
      this.stop();
      this.listener.signedOut();
      return;
    }
    if (!answer.ok || answer.body === null) {
      throw new Error(`HTTP ${answer.status}`);
    }
    this.failures = 0;
    this.status = 'connected';
    this.listener.state();
    this.listener.connected();
    const events = new ServerSentEvents((type, data) => this.receive(type, data));
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      this.watch(attempt);
      events.push(decoder.decode(part.value, {stream: true}));
    }
  }

  /**
   * @param {string} type
   * @param {string} data
   */
  receive(type, data) {
    if (type === 'runs') {
      this.listener.changed(JSON.parse(data)['run']);
    } else if (type === 'broker') {
      this.listener.broker(/** @type {!Object} */ (JSON.parse(data)));
    }
  }

  /** @param {!AbortController} attempt */
  watch(attempt) {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => attempt.abort(), SILENCE_SECONDS * 1000);
  }

  /** @param {!AbortController} attempt */
  lost(attempt) {
    if (this.attempt !== attempt) {
      return;
    }
    this.close();
    const seconds = Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** this.failures);
    this.failures += 1;
    this.status = 'away';
    this.nextAttempt = Date.now() + seconds * 1000;
    this.timer = setTimeout(() => this.open(), seconds * 1000);
    this.listener.state();
  }
}
