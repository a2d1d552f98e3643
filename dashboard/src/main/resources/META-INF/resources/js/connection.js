import {ServerSentEvents} from './server-sent-events.js';

const FIRST_DELAY_SECONDS = 1;
const LONGEST_DELAY_SECONDS = 30;

/** The service says at least a comment each 10 s: after three of them left out it is away. */
const SILENCE_SECONDS = 30;

/**
 * The stream of events of the service: tells what changed, and whether page, service and broker are connected. It connects again by
 * itself, after growing intervals, and rests while nobody looks at the page.
 *
 * What is read as a stream of bytes rather than by the browser's EventSource, because that tells neither an answer's status nor that
 * a connection has fallen silent.
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
    /** When the next attempt is made, in milliseconds. */
    this.nextAttempt = 0;
    this.failures = 0;
    this.timer = 0;
    this.watchdog = 0;
    /** @type {?AbortController} */
    this.attempt = null;
    /** Whether somebody who may see the events wants them. */
    this.wanted = false;
    document.addEventListener('visibilitychange', () => (document.hidden ? this.close() : this.open()));
    window.addEventListener('online', () => this.retry());
  }

  /** Connects, now and whenever the page is looked at. */
  start() {
    this.wanted = true;
    this.open();
  }

  /** Does not connect any more. */
  stop() {
    this.wanted = false;
    this.close();
  }

  /** Connects, unless nobody looks at the page or it is connected already. */
  open() {
    if (this.wanted && this.attempt === null && !document.hidden) {
      clearTimeout(this.timer);
      const attempt = new AbortController();
      this.attempt = attempt;
      this.read(attempt).then(() => this.lost(attempt), () => this.lost(attempt));
    }
  }

  /** Connects now rather than when the interval is over. */
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
